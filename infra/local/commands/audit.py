"""``segue audit``: read the audit log, and check that nobody changed it."""

from collections import deque
from pathlib import Path

import click

from infra.local.options import home_option, json_option
from infra.local.printing import show_json, show_table
from infra.local.stores_alone import opened
from recommender.trust.audit import START, Entry, Verdict, verify


@click.group(invoke_without_command=True)
@home_option
@json_option
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many of the latest entries.")
@click.pass_context
def audit(context: click.Context, home: Path, last: int, *, as_json: bool) -> None:
    """Show the latest entries of the audit log; check the chain."""
    context.obj = (home, as_json)
    if context.invoked_subcommand is not None:
        return
    names, entries = _read(home, action="audit.read", last=last)
    if as_json:
        show_json({"items": [_told(entry) for entry in entries]})
    elif not entries:
        click.echo("Nothing in the audit log yet.")
    else:
        show_table([_row(entry, names) for entry in entries], right=(0,))


@audit.command()
@click.pass_obj
def head(chosen: tuple[Path, bool]) -> None:
    """Tell the digest of the latest entry, to be noted elsewhere: `verify --head` finds then what was cut off since."""
    home, as_json = chosen
    with opened(home) as app:
        verdict = verify(app.stores.audit.entries())
    if as_json:
        show_json({"entries": verdict.entries, "head": verdict.head})
    else:
        click.echo(verdict.head)


@audit.command("verify")
@click.option("--head", help="Digest of an entry that was noted elsewhere: the chain must hold it.")
@click.pass_obj
def check(chosen: tuple[Path, bool], head: str | None) -> None:
    """Check every entry against the one before it."""
    home, as_json = chosen
    with opened(home) as app:
        entries = list(app.stores.audit.entries())
        verdict = verify(entries)
        cut = head not in {None, START} and all(entry.digest != head for entry in entries)
        is_whole = verdict.broken is None and not cut
        app.note("audit.verify", outcome="done" if is_whole else "changed")
    if as_json:
        show_json(
            {
                "ok": is_whole,
                "entries": verdict.entries,
                "head": verdict.head,
                "broken": verdict.broken,
                "reason": _reason(verdict, cut=cut),
            }
        )
    elif is_whole:
        click.echo(f"All {verdict.entries:,} entries hold. Head: {verdict.head}")
    else:
        click.echo(f"The audit log was changed: {_reason(verdict, cut=cut)}.")
    if not is_whole:
        raise SystemExit(1)


def _reason(verdict: Verdict, *, cut: bool) -> str | None:
    return verdict.reason or ("no entry has the digest that was noted: entries were cut off or replaced" if cut else None)


def _read(home: Path, *, action: str, last: int) -> tuple[dict[str, str], list[Entry]]:
    """Return the names of keys by their ids, and the latest entries, of which this reading is not one."""
    with opened(home) as app:
        entries = list(deque(app.stores.audit.entries(), maxlen=last))
        app.note(action)
        return {key.key_id: key.name for key in app.stores.keys.all()}, entries


def _told(entry: Entry) -> dict[str, object]:
    act = entry.act
    told = {"number": entry.number, "at": act.at.isoformat(), "actor": act.actor, "action": act.action}
    return {**told, "subject": act.subject, "outcome": act.outcome, "digest": entry.digest}


def _row(entry: Entry, names: dict[str, str]) -> tuple[str, ...]:
    act = entry.act
    return str(entry.number), f"{act.at:%Y-%m-%d %H:%M:%S}", names.get(act.actor, act.actor), act.action, act.subject or "", act.outcome
