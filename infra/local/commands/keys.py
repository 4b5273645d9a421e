"""``segue keys``: make, list and revoke API keys, beside the library, whether or not a host runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from infra.local.commands.rotation import rotate_signing, rotate_users
from infra.local.options import home_option, json_option
from infra.local.printing import show_json, show_table
from infra.local.stores_alone import opened
from recommender.trust.credentials import DEFAULT_BURST, DEFAULT_PER_SECOND, Key, Scope


@click.group(invoke_without_command=True)
@home_option
@json_option
@click.pass_context
def keys(context: click.Context, home: Path, *, as_json: bool) -> None:
    """List the API keys; make one, or revoke one."""
    context.obj = (home, as_json)
    if context.invoked_subcommand is not None:
        return
    with opened(home) as app:
        found = app.stores.keys.all()
    if as_json:
        show_json({"items": [_told(key) for key in found]})
    elif not found:
        click.echo("No key yet: `segue serve` makes a first one, `segue keys add NAME` another.")
    else:
        show_table([_row(key) for key in found])


@keys.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([scope.value for scope in Scope]), default=("read", "listen"), show_default=True
)
@click.option("--per-second", type=float, default=DEFAULT_PER_SECOND, show_default=True, help="Calls a second in the long run.")
@click.option("--burst", type=int, default=DEFAULT_BURST, show_default=True, help="Calls at once.")
@click.option("--days", type=click.FloatRange(0, min_open=True), help="After which it opens nothing any more; never, if left out.")
@click.pass_obj
def add(chosen: tuple[Path, bool], name: str, scopes: tuple[str, ...], per_second: float, burst: int, days: float | None) -> None:
    """Make a key called NAME and show it, once."""
    home, as_json = chosen
    with opened(home) as app:
        held = [Scope(scope) for scope in scopes]
        lasting = None if days is None else timedelta(days=days)
        key, credential = app.access.mint(name, held, now=datetime.now(UTC), per_second=per_second, burst=burst, lasting=lasting)
        app.note("keys.add", subject=f"key:{key.key_id}")
    if as_json:
        show_json({**_told(key), "key": credential})
    else:
        click.echo(credential)
        click.echo("This is shown once: keep it where secrets are kept.", err=True)


@keys.command()
@click.argument("key_id")
@click.pass_obj
def revoke(chosen: tuple[Path, bool], key_id: str) -> None:
    """Let the key with this id open nothing any more."""
    home, as_json = chosen
    with opened(home) as app:
        key = app.access.revoke(key_id, now=datetime.now(UTC))
        app.note("keys.revoke", subject=f"key:{key.key_id}")
    if as_json:
        show_json(_told(key))
    else:
        click.echo(f"Key {key.key_id} ({key.name}) opens nothing any more.")


keys.add_command(rotate_signing)
keys.add_command(rotate_users)


def _told(key: Key) -> dict[str, object]:
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(scope.value for scope in key.scopes),
        "created_at": key.created_at.isoformat(),
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "ends_at": key.ends_at.isoformat() if key.ends_at else None,
        "per_second": key.per_second,
        "burst": key.burst,
    }


def _row(key: Key) -> tuple[str, ...]:
    until = f"valid until {key.ends_at:%Y-%m-%d %H:%M}" if key.ends_at else "valid"
    state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else until
    return key.key_id, key.name, ", ".join(sorted(key.scopes)), f"{key.created_at:%Y-%m-%d}", state
