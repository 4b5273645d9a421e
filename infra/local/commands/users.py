"""``segue export-user`` and ``erase-user``: a user's rights over what is held of them."""

from pathlib import Path

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json


@click.command("export-user")
@click.argument("user")
@home_option
@json_option
def export_user(user: str, home: Path, *, as_json: bool) -> None:  # noqa: ARG001 - what is exported is JSON either way
    """Print all that is held of USER, as JSON."""
    from infra.local.client import ask, at  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        show_json(ask(client, "GET", at("users", user, "export")))


@click.command("erase-user")
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask.")
@home_option
@json_option
def erase_user(user: str, home: Path, *, yes: bool, as_json: bool) -> None:
    """Erase USER everywhere, and give a receipt."""
    from infra.local.client import ask, at  # noqa: PLC0415 - as above
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    if not yes:
        click.confirm(f"Erase all that is held of {user}? This cannot be undone", abort=True, err=True)
    with open_client(home) as client:
        answer = ask(client, "DELETE", at("users", user))
    if as_json:
        show_json(answer)
    else:
        click.echo(f"{user} is being erased ({answer['status']}); receipt {answer['receipt_id']}.")
