"""``segue demo``: fill the library with music that the project plays itself, and with listeners."""

import time
from pathlib import Path

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json


@click.command()
@home_option
@json_option
def demo(home: Path, *, as_json: bool) -> None:
    """Fill the library with demo tracks and demo listeners."""
    from infra.local import demonstration  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above
    from infra.local.suggestions import suggestions  # noqa: PLC0415 - as above

    began = time.monotonic()
    with open_client(home) as client:
        tracks, listens = demonstration.fill(client, home, shown=not as_json)
        lines = suggestions(client, url=None, home=home, user=demonstration.LISTENER)
    seconds = time.monotonic() - began
    if as_json:
        show_json({"tracks": tracks, "interactions": listens, "seconds": round(seconds, 3), "try": lines})
    else:
        click.echo(f"{tracks} demo tracks and {listens:,} plays of 40 listeners are in the library, after {seconds:.0f} s. Try next:")
        for line in lines:
            click.echo(f"  {line}")
