"""The ring of a home's secret keys: those that make pseudonyms, oldest first, and those that sign tokens and upload addresses.

One key a line. ``KEY`` is a link of the pseudonyms' chain, which only ever grows. ``sign KEY`` signs from now on, ``sign KEY until MOMENT``
signed before and is accepted for as long. Where nothing signs by itself, the youngest link does.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from infra.durable import sync_folder
from recommender.errors import InvalidInput
from recommender.trust.access import LONGEST_TOKEN, FormerSecret

FILE: Final = "user.key"
_SIGN: Final = "sign "
_UNTIL: Final = " until "


@dataclass(frozen=True, slots=True)
class Signing:
    """A key that signs, or that signed until a moment."""

    key: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Links of the pseudonyms' chain, and what signs."""

    links: tuple[str, ...]
    signing: tuple[Signing, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read a ring.

        Raises
        ------
        InvalidInput
            If it has no link, or a line cannot be read; keys are never named.
        """
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        links = tuple(line for line in lines if not line.startswith(_SIGN))
        if not links:
            raise InvalidInput("the user key holds no key: one a line, the oldest first", code="invalid_setting", field="USER_KEY")
        return cls(links, tuple(_signing(line) for line in lines if line.startswith(_SIGN)))

    def text(self) -> str:
        """Return the ring as ``parse`` reads it."""
        signing = (f"{_SIGN}{one.key}{_UNTIL + one.until.isoformat() if one.until else ''}" for one in self.signing)
        return "\n".join((*self.links, *signing))

    def secret(self, purpose: bytes) -> bytes:
        """Return what signs for a purpose now."""
        return _derived(purpose, self._signs)

    def former(self, purpose: bytes) -> tuple[FormerSecret, ...]:
        """Return what signed for a purpose before."""
        return tuple(FormerSecret(_derived(purpose, one.key), one.until) for one in self.signing if one.until)

    def with_link(self) -> "KeyRing":
        """Return the ring with a fresh link at the end of its chain."""
        return replace(self, links=(*self.links, secrets.token_hex(32)))

    def with_signing(self, *, now: datetime, at_once: bool) -> "KeyRing":
        """Return the ring with a fresh key that signs; the former one is accepted for as long as what it signed can last, or not at all."""
        kept = [one for one in self.signing if one.until and one.until > now]
        former = [] if at_once else [*kept, Signing(self._signs, now + LONGEST_TOKEN + timedelta(minutes=1))]
        return replace(self, signing=(*former, Signing(secrets.token_hex(32))))

    def fingerprint(self, length: int) -> str:
        """Return what tells the chain's first ``length`` links from others, and nothing of them."""
        return hashlib.sha256(b"\x00".join((b"links", *(link.encode() for link in self.links[:length])))).hexdigest()[:32]

    @property
    def _signs(self) -> str:
        return next((one.key for one in self.signing if one.until is None), self.links[-1])


def ring_in(home: Path) -> KeyRing:
    """Return the home's ring, made on first use and readable by its owner alone."""
    path = home / FILE
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = _written(path, KeyRing((secrets.token_hex(32),)))
        try:
            # A link fails where another process was first, so that two processes never use two keys.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        sync_folder(home)
    return KeyRing.parse(path.read_text(encoding="ascii"))


def put_ring(home: Path, ring: KeyRing) -> None:
    """Write a home's ring over the former one, whole or not at all, durable on return."""
    _written(home / FILE, ring).replace(home / FILE)
    sync_folder(home)


def _written(path: Path, ring: KeyRing) -> Path:
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(ring.text())
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _signing(line: str) -> Signing:
    key, _, until = line.removeprefix(_SIGN).partition(_UNTIL)
    try:
        moment = datetime.fromisoformat(until) if until else None
    except ValueError as error:
        raise InvalidInput(f"the user key says until when a key signs, not {until!r}", code="invalid_setting", field="USER_KEY") from error
    if moment is not None and moment.tzinfo is None:
        raise InvalidInput(f"the user key says until when with a time zone, not {until!r}", code="invalid_setting", field="USER_KEY")
    return Signing(key.strip(), moment)


def _derived(purpose: bytes, key: str) -> bytes:
    return hashlib.sha256(purpose + b"\x00" + key.encode()).digest()
