"""``segue status`` and ``doctor``: what the library holds, and whether it is sound."""

from pathlib import Path
from typing import Any

import click

from infra.local.options import home_option, json_option
from infra.local.printing import counted, show_json, show_table
from infra.local.stores_alone import note


@click.command()
@home_option
@json_option
def status(home: Path, *, as_json: bool) -> None:
    """Say what is reachable, versions, counts and what waits."""
    from infra.local.client import ask  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.connecting import open_client  # noqa: PLC0415 - as above
    from infra.local.lock import running_host  # noqa: PLC0415 - as above

    host = running_host(home)
    with open_client(home) as client:
        health = ask(client, "GET", "/health")
    document = {"home": str(home), "host": {"pid": host.pid, "url": host.url} if host else None, **health}
    if as_json:
        show_json(document)
    else:
        _tell(document)


def _tell(document: dict[str, Any]) -> None:
    host = document["host"]
    rows = [("home", document["home"]), ("host", f"{host['url']} (process {host['pid']})" if host else "none running")]
    for name, store in document["stores"].items():
        counts = ", ".join(f"{count:,} {what.replace('_', ' ')}" for what, count in store["counts"].items() if count)
        rows.append((name, (counts or "empty") if store["reachable"] else f"out of reach: {store['error']}"))
    rows.extend((f"{name} version", version or "none yet") for name, version in document["models"].items())
    show_table(rows)


@click.command()
@click.option("--redrive", is_flag=True, help="First return dead letters to their queues, to be tried again.")
@click.option("--salvage", is_flag=True, help="First save what can be read of damaged database files into new ones.")
@click.option("--repair", is_flag=True, help="First make the index follow the catalogue; nothing is heard again.")
@click.option("--rebuild", is_flag=True, help="First set the index folder aside and make the whole index again from the catalogue.")
@home_option
@json_option
def doctor(home: Path, *, redrive: bool, salvage: bool, repair: bool, rebuild: bool, as_json: bool) -> None:
    """Check the library, and say what to do."""
    from infra.local import checkup, mending  # noqa: PLC0415 - as above

    if salvage:
        _salvage(home)
        note(home, "doctor.salvage")
    if repair or rebuild:
        _repair(home, rebuild=rebuild)
        note(home, "doctor.rebuild" if rebuild else "doctor.repair")
    if redrive:
        click.echo(f"{counted(mending.redrive(home), 'dead letter')} returned.", err=True)
        note(home, "doctor.redrive")
    findings = checkup.examine(home)
    is_sound = all(finding.is_well for finding in findings)
    if as_json:
        checks = [{"check": one.name, "ok": one.is_well, "found": one.found, "advice": one.advice} for one in findings]
        show_json({"ok": is_sound, "checks": checks})
    else:
        show_table([("ok" if one.is_well else "!!", one.name, one.found) for one in findings])
        for one in findings:
            if not one.is_well:
                click.echo(f"{one.name}: {one.advice}")
    if not is_sound:
        raise SystemExit(1)


def _salvage(home: Path) -> None:
    from infra.local import mending  # noqa: PLC0415 - as above

    for path, saved in mending.save(home).items():
        torn = f", something of {', '.join(saved.torn)} was not" if saved.torn else ""
        click.echo(f"{counted(saved.rows, 'row')} of {path} saved{torn}; the damaged file is {saved.set_aside} now.", err=True)


def _repair(home: Path, *, rebuild: bool) -> None:
    from infra.local import mending  # noqa: PLC0415 - as above
    from infra.local.progress import progress  # noqa: PLC0415 - as above

    with progress("Placing tracks", None) as step:
        done = mending.repair(home, rebuild=rebuild, progress=lambda _done, _total: step())
    click.echo(f"{counted(done.placed, 'track')} placed, {counted(done.removed, 'point')} without a track removed.", err=True)
    if done.unheard:
        named = ", ".join(done.unheard[:3]) + (", ..." if len(done.unheard) > 3 else "")
        click.echo(f"{counted(len(done.unheard), 'track')} must be sent again to be heard: {named}", err=True)
