"""``segue keys rotate-signing`` and ``rotate-users``: change the keys that sign tokens, and those that make pseudonyms."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from infra.local.printing import counted, show_json
from infra.local.stores_alone import alone
from recommender.errors import Conflict

if TYPE_CHECKING:
    from infra.key_ring import KeyRing
    from infra.wiring import App


@click.command("rotate-signing")
@click.option("--at-once", is_flag=True, help="Let what was signed before open nothing any more: for a key that somebody else has.")
@click.pass_obj
def rotate_signing(chosen: tuple[Path, bool], *, at_once: bool) -> None:
    """Sign tokens and upload addresses with a fresh key; no host may run."""
    home, as_json = chosen
    with alone(home) as app:
        _require_own_keys(app)
        _keep(home, app, app.stores.ring.with_signing(now=datetime.now(UTC), at_once=at_once))
        app.note("keys.rotate_signing")
    if as_json:
        show_json({"rotated": True, "at_once": at_once})
    else:
        before = "Nothing that was signed before is accepted" if at_once else "What was signed before ends by itself within the hour"
        click.echo(f"A fresh key signs from now on. {before}.")


@click.command("rotate-users")
@click.option("--follow", is_flag=True, help="Add no key: finish what was cut short, or follow keys that were added to USER_KEY.")
@click.pass_obj
def rotate_users(chosen: tuple[Path, bool], *, follow: bool) -> None:
    """Make pseudonyms with one more key, and move everybody to their new one; no host may run."""
    from infra import rekeying  # noqa: PLC0415 - the command line starts without the engine
    from infra.local.progress import progress  # noqa: PLC0415 - as above

    home, as_json = chosen
    with alone(home) as app:
        _require_drained(app)
        if not follow:
            rekeying.check(app.stores)
            _require_own_keys(app)
            _keep(home, app, app.stores.ring.with_link())
        with progress("Moving users", None) as step:
            moved = rekeying.follow(app.stores, progress=lambda _done, _of: step())
        keys = len(app.stores.ring.links)
        app.note("keys.rotate_users", subject=f"key {keys}")
    if as_json:
        show_json({"users": moved, "keys": keys})
    else:
        click.echo(f"{counted(moved, 'user')} moved. Keep user.key with backups made from now on: pseudonyms need all of its {keys} keys.")


def _keep(home: Path, app: "App", ring: "KeyRing") -> None:
    from infra.key_ring import put_ring  # noqa: PLC0415 - as above

    put_ring(home, ring)
    app.stores.__dict__["ring"] = ring


def _require_own_keys(app: "App") -> None:
    settings = app.settings
    if settings.user_key is not None or settings.user_key_arn is not None:
        raise Conflict(
            "the keys are given by USER_KEY or USER_KEY_ARN: change them there, as docs/security.md says, then `rotate-users --follow`",
            code="keys_given",
        )


def _require_drained(app: "App") -> None:
    """Messages bear pseudonyms too: those on their way must have come, and dead ones must be looked after."""
    left = {name: count for name, count in app.stores.depths().items() if count and name.startswith(("interactions", "erasures"))}
    if left:
        told = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in left.items())
        raise Conflict(f"messages of users are on their way ({told}): let a host work them off; `segue doctor --redrive` returns dead ones")
