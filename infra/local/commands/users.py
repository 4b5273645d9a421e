"""``segue export-user``, ``erase-user`` and what follows: a user's rights over what is held of them."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from infra.local.options import home_option, json_option
from infra.local.printing import counted, show_json

if TYPE_CHECKING:  # the command line starts without the engine
    from infra.local.client import Client

ERASED_WITHIN_S: Final = 60.0
REPLACED_WITHIN_S: Final = 3600.0
_PARTS: Final = ("interactions", "impressions", "experiments", "audit")


@click.command("export-user")
@click.argument("user")
@home_option
@json_option
def export_user(user: str, home: Path, *, as_json: bool) -> None:  # noqa: ARG001 - what is exported is JSON either way
    """Print all that is held of USER, as JSON, with an index at its top."""
    from infra.local.client import ask, at  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above

    with open_client(home) as client:
        whole: dict[str, Any] = ask(client, "GET", at("users", user, "export"))
        while whole["next"] is not None:
            page = ask(client, "GET", at("users", user, "export"), query={"cursor": whole["next"]})
            for part in _PARTS:
                whole[part] += page[part]
            whole["next"] = page["next"]
    show_json(whole)


@click.command("erase-user")
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--retrain", is_flag=True, help="Also replace the factors by some that were trained without USER.")
@home_option
@json_option
def erase_user(user: str, home: Path, *, yes: bool, retrain: bool, as_json: bool) -> None:
    """Erase USER everywhere, and give a receipt."""
    from infra.local.client import ask, at  # noqa: PLC0415 - as above
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above
    from infra.local.lock import running_host  # noqa: PLC0415 - as above

    if not yes:
        click.confirm(f"Erase all that is held of {user}? This cannot be undone", abort=True, err=True)
    has_host = running_host(home) is not None
    with open_client(home) as client:
        asked = ask(client, "DELETE", at("users", user), query={"retrain": "true"} if retrain else None)
        receipt = _receipt(client, asked["receipt_id"], until="erased", within_s=ERASED_WITHIN_S)
        if retrain and receipt is not None:
            if not has_host:  # nobody but this command could train
                client.invoke("TrainCollaborativeFunction", {"source": "segue.cli"})
            receipt = _receipt(client, asked["receipt_id"], until="replaced", within_s=REPLACED_WITHIN_S) or receipt
    if as_json:
        show_json(receipt or asked)
    elif receipt is None:
        click.echo(f"{user} is being erased; receipt {asked['receipt_id']}.")
    else:
        _tell(user, receipt)


def _receipt(client: "Client", receipt_id: str, *, until: str, within_s: float) -> dict[str, Any] | None:
    """Return the receipt once it is written, or once the factors were replaced; ``None`` if that takes too long."""
    from infra.local.client import accepted, at  # noqa: PLC0415 - as above

    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        answer = client.call("GET", at("receipts", receipt_id))
        if answer.status != 404:
            told: dict[str, Any] = accepted(answer)
            if until == "erased" or told["retraining"] != "asked":
                return told
        time.sleep(0.05)
    return None


def _tell(user: str, receipt: dict[str, Any]) -> None:
    removed = ", ".join(counted(count, store.removesuffix("s")) for store, count in receipt["removed"].items() if count) or "nothing"
    click.echo(f"{user} is erased: {removed} removed; receipt {receipt['receipt_id']}.")
    for version in receipt["versions"]:
        click.echo(f"Version {version['version']} had learned from them: {version['rule']}.")
    outcomes = {
        "asked": "The factors will be replaced by the next training.",
        "done": f"Version {receipt['replaced_by']} replaced the factors.",
        "withdrawn": "Nothing sane could be trained without them: no factors serve until a later training makes some.",
    }
    if receipt["retraining"] in outcomes:
        click.echo(outcomes[receipt["retraining"]])
