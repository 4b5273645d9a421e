"""``segue serve``: run the host."""

import logging
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json

if TYPE_CHECKING:  # the command line starts without the engine
    from infra.local.http_client import HttpClient
    from infra.local.stack import LocalStack
    from infra.local.template import PlannedFunction


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), envvar="SEGUE_PORT", default=8000, show_default=True, help="0 takes any free one.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--stack",
    type=click.Choice(["embedded", "aws"]),
    default="embedded",
    show_default=True,
    help="aws: the template's own resources, played by moto; nothing outlives the process.",
)
@click.option("--demo/--no-demo", "with_demo", default=False, help="Fill an empty library with the demo first.")
@click.option("--library", type=click.Path(path_type=Path, exists=True), help="Hear this folder first; what is known is skipped.")
@home_option
@json_option
def serve(port: int, address: str, stack: str, library: Path | None, home: Path, *, with_demo: bool, as_json: bool) -> None:
    """Serve the HTTP API and work off the queues, until Ctrl-C."""
    from infra import wiring  # noqa: PLC0415 - the command line starts without the engine
    from infra.local import environment, first_key  # noqa: PLC0415 - as above
    from infra.local.host import Host, listening, url_of  # noqa: PLC0415 - as above
    from infra.local.lock import HomeLock  # noqa: PLC0415 - as above
    from infra.local.schedules import Schedules  # noqa: PLC0415 - as above
    from infra.local.stacks import opened_stack  # noqa: PLC0415 - as above

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    with HomeLock(home) as lock, listening(port, address=address) as bound:
        url = url_of(bound)
        environment.prepare(home, port=bound.getsockname()[1])
        with opened_stack(stack, home) as opened:
            _warm(opened)
            first_key.ensure(home, wiring.app())
            ledger = home / f"schedules{'' if stack == 'embedded' else '-' + stack}.json"
            schedules = Schedules(opened.plan, opened.invoker, ledger=ledger, asked=_asked)

            def ready() -> None:
                lock.announce(url)
                greeting = (url, home, library) if library or with_demo or not as_json else None
                if as_json:
                    show_json({"url": url, "home": str(home), "key_file": str(home / first_key.FILE)})
                else:
                    click.echo(f"Segue answers at {url} (library in {home}; Ctrl-C ends it)")
                    click.echo(f"Every call but health needs a key: this machine's is in {home / first_key.FILE}")
                if greeting:
                    threading.Thread(target=_welcome, args=greeting, kwargs={"with_demo": with_demo, "quiet": as_json}, daemon=True).start()

            all_ended = Host(opened, schedules, on_ready=ready, index=wiring.app().stores.index).run(bound)
    if not as_json:
        click.echo("Ended; nothing was left half done.")
    if not all_ended:
        sys.stdout.flush()
        os._exit(0)  # a handler hangs, and Python would wait for its thread for ever; all stores are closed by now


def _asked(function: "PlannedFunction") -> str:
    """Return for whose sake the factors are to be replaced, which only a training does."""
    from infra import wiring  # noqa: PLC0415 - as above

    return ",".join(wiring.app().replacing.asking.asked()) if function.name == "TrainCollaborativeFunction" else ""


def _warm(stack: "LocalStack") -> None:
    """Load what the first request needs before saying that requests are answered."""
    from infra import wiring  # noqa: PLC0415 - as above

    for function in stack.plan.functions:
        if function.routes:
            stack.invoker.load(function)
    _ = wiring.app().stores.index


def _welcome(url: str, home: Path, library: Path | None, *, with_demo: bool, quiet: bool) -> None:
    from infra.local import http_client  # noqa: PLC0415 - as above
    from infra.local.first_key import credential_in  # noqa: PLC0415 - as above
    from recommender.errors import SegueError  # noqa: PLC0415 - as above

    try:
        with http_client.HttpClient(url, key=credential_in(home)) as client:
            user = _filled(client, home, library, with_demo=with_demo, quiet=quiet)
            if not quiet:
                _suggest(client, url, home, user)
    except SegueError as error:
        click.echo(f"segue: {error}", err=True)


def _filled(client: "HttpClient", home: Path, library: Path | None, *, with_demo: bool, quiet: bool) -> str:
    from infra.local import demonstration  # noqa: PLC0415 - as above
    from infra.local.commands.ingest import ingest_all, tell  # noqa: PLC0415 - as above
    from infra.local.walk import find  # noqa: PLC0415 - as above

    if library is not None:
        summary = ingest_all(client, find([library]), shown=not quiet)
        if not quiet:
            tell(summary)
        return "me"
    if with_demo and demonstration.is_wanted(client, home):
        tracks, listens = demonstration.fill(client, home, shown=not quiet)
        if not quiet:
            click.echo(f"The demo is in: {tracks} tracks, {listens:,} plays of 40 listeners.")
    return demonstration.LISTENER if (home / "demo").exists() else "me"


def _suggest(client: "HttpClient", url: str, home: Path, user: str) -> None:
    from infra.local.suggestions import suggestions  # noqa: PLC0415 - as above

    lines = suggestions(client, url=url, home=home, user=user)
    click.echo(
        "Try next, in another terminal:" if lines else "The library is empty: `segue ingest FOLDER` hears music, `segue demo` brings some."
    )
    for line in lines:
        click.echo(f"  {line}")
