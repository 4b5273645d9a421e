"""The key of this machine: made for a home when it is first served, readable by its owner alone, used by the command line."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recommender.errors import Unknown
from recommender.trust.access import Access
from recommender.trust.credentials import Scope

if TYPE_CHECKING:
    from infra.wiring import App

FILE: Final = "api.key"
NAME: Final = "this machine"
# It is its owner's: its share is what the machine can do, not what others leave.
PER_SECOND: Final = 5_000.0
AT_ONCE: Final = 10_000


def credential_in(home: Path) -> str | None:
    """Return the key that the command line sends: ``SEGUE_KEY``, or the home's own; ``None`` where there is neither."""
    given = os.environ.get("SEGUE_KEY")
    path = home / FILE
    return given or (path.read_text(encoding="ascii").strip() if path.exists() else None)


def ensure(home: Path, app: "App") -> str:
    """Return the home's own key, made now if there is none that still opens everything."""
    path = home / FILE
    if path.exists() and _opens(credential := path.read_text(encoding="ascii").strip(), app.access):
        return credential
    key, credential = app.access.mint(NAME, [Scope.ADMIN], now=datetime.now(UTC), per_second=PER_SECOND, burst=AT_ONCE)
    app.note("keys.add", subject=f"key:{key.key_id}")
    fresh = path.with_suffix(f".{key.key_id}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(credential)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return credential


def _opens(credential: str, access: Access) -> bool:
    try:
        return access.caller(credential, now=datetime.now(UTC)).may(Scope.ADMIN)
    except Unknown:
        return False
