"""``segue verify-receipt``, ``erasures`` and ``erase-again``: prove an erasure, and keep it over restored backups."""

from datetime import datetime
from pathlib import Path

import click

from infra.local.options import home_option, json_option
from infra.local.printing import counted, show_json, show_table


@click.command("verify-receipt")
@click.argument("receipt_id")
@click.option("--user", help="Also look whether anything from before the erasure is held of this user.")
@click.option("--from", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A receipt that was kept, as JSON.")
@home_option
@json_option
def verify_receipt(receipt_id: str, user: str | None, file: Path | None, home: Path, *, as_json: bool) -> None:
    """Check the receipt RECEIPT_ID: its signature, the audit log, the versions that it names."""
    from infra.local import erased  # noqa: PLC0415 - the command line starts without the engine

    findings = erased.verify(home, receipt_id, user=user, file=file)
    is_sound = all(one.holds for one in findings)
    if as_json:
        show_json({"ok": is_sound, "checks": [{"check": one.check, "ok": one.holds, "found": one.found} for one in findings]})
    else:
        show_table([("ok" if one.holds else "!!", one.check, one.found) for one in findings])
    if not is_sound:
        raise SystemExit(1)


@click.command()
@click.option("--export", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the list into FILE, to be kept elsewhere.")
@home_option
@json_option
def erasures(target: Path | None, home: Path, *, as_json: bool) -> None:
    """List the erasures: one-way hashes and moments, nobody's name."""
    from infra.local import erased  # noqa: PLC0415 - as above

    listed = erased.listed(home, target=target)
    if as_json:
        rows = [{"subject": one.subject, "number": one.number, "asked_at": one.asked_at.isoformat()} for one in listed]
        show_json({"items": rows, "file": str(target) if target else None})
    elif target is not None:
        click.echo(f"{counted(len(listed), 'erasure')} written to {target}. Keep it apart from the backups.")
    elif not listed:
        click.echo("Nobody was erased yet.")
    else:
        show_table([(one.subject, f"{one.asked_at:%Y-%m-%d %H:%M:%S}", "under way" if one.is_under_way else "done") for one in listed])


@click.command("erase-again")
@click.option("--from", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A list that `segue erasures` wrote.")
@click.option("--restored-to", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"]), help="Moment (UTC) of a backup without its ledger.")
@home_option
@json_option
def erase_again(file: Path | None, restored_to: datetime | None, home: Path, *, as_json: bool) -> None:
    """After a backup was restored, erase again whom it brought back."""
    from infra.local import erased  # noqa: PLC0415 - as above

    done = erased.again(home, file=file, restored_to=restored_to)
    if as_json:
        show_json({"listed": done.listed, "unknown": done.unknown, "users": done.users, "removed": dict(done.removed)})
    else:
        click.echo(f"{counted(done.listed, 'erasure')} listed, {done.unknown} of them new to this library; {done.users} erased again.")
