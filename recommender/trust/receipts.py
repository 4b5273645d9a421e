"""Receipts of erasures: what was removed, which model versions had learned from it, signed, and tied to the audit log."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from recommender.manifest import Manifest
from recommender.serving import Serving

# How often the schedule trains (``TrainCollaborativeFunction`` of the plan).
TRAINED_EVERY: Final = timedelta(days=1)
KEPT, REMOVED = "kept", "removed"
_MOMENTS: Final = ("asked_at", "erased_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtVersion:
    """A model version that a user's listening was part of.

    Attributes
    ----------
    state
        ``kept`` when the receipt was written, or ``removed`` because the factors were replaced.
    retires_after
        How many more versions have to be trained before it is removed; ``None`` for as long as it serves or may be rolled back to.
    retires_at
        When that is, if one is trained as often as the schedule says.
    rule
        The same in words.
    """

    version: str
    trained_at: datetime
    state: str
    retires_after: int | None
    retires_at: datetime | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure did.

    Attributes
    ----------
    subject
        The user as the audit log names them: a one-way hash of the pseudonym.
    removed
        By store, how many entries were removed.
    retraining
        ``not_asked``; ``asked`` until the factors are replaced; ``done``; or ``withdrawn`` where nothing sane could replace them and none
        serve.
    replaced_by
        The version that took the place of those that are removed.
    entry, entry_digest
        Number and digest of the audit entry that names this receipt's content.
    signature
        HMAC-SHA-256 over all the rest.
    """

    receipt_id: str
    subject: str
    asked_at: datetime
    erased_at: datetime
    removed: Mapping[str, int]
    versions: tuple[TaughtVersion, ...] = ()
    retraining: str = "not_asked"
    replaced_by: str | None = None
    entry: int = 0
    entry_digest: str = ""
    signature: str = field(default="")

    @property
    def digest(self) -> str:
        """SHA-256 of what the receipt says, which the audit log holds."""
        said = replace(self, entry=0, entry_digest="", signature="").to_json()
        return hashlib.sha256(_canonical(said)).hexdigest()

    @property
    def audited_as(self) -> str:
        """The subject of its entry in the audit log."""
        return f"receipt:{self.receipt_id}:{self.digest}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        told = asdict(self) | {name: getattr(self, name).isoformat() for name in _MOMENTS}
        return told | {"removed": dict(self.removed), "versions": [_told(version) for version in self.versions]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Receipt":
        """Return the receipt that was stored."""
        moments = {name: datetime.fromisoformat(stored[name]) for name in _MOMENTS}
        versions = tuple(_version(told) for told in stored["versions"])
        return cls(**{**{name: value for name, value in stored.items() if name != "status"}, **moments, "versions": versions})


@dataclass(frozen=True, slots=True)
class Seal:
    """Sign receipts, and tell whether a signature holds.

    Parameters
    ----------
    secrets
        What signs, first, and what signed before.
    """

    secrets: Sequence[bytes]

    def signed(self, receipt: Receipt) -> Receipt:
        """Return the receipt with its signature."""
        return replace(receipt, signature=_signature(receipt, self.secrets[0]))

    def holds(self, receipt: Receipt) -> bool:
        """Tell whether a receipt says what was signed."""
        return any(hmac.compare_digest(receipt.signature, _signature(receipt, secret)) for secret in self.secrets)


def taught(
    manifests: Iterable[Manifest], serving: Serving, *, first: datetime | None, kept: int, now: datetime
) -> tuple[TaughtVersion, ...]:
    """Return the versions that learned from a user, the newest first, and when each goes.

    Parameters
    ----------
    manifests
        All that are kept, the newest first.
    first
        When the user's oldest interaction that training counts happened; ``None`` if they had none.
    kept
        How many versions stay beside those that are needed.
    """
    if first is None:
        return ()
    needed = {serving.collab_version: "serves", serving.former_collab: "can be rolled back to", serving.idle_collab: "is held ready"}
    found = []
    for place, manifest in enumerate(manifests):
        if first <= manifest.trained_at:
            found.append(_taught(manifest, needed.get(manifest.version), left=max(1, kept - place), kept=kept, now=now))
    return tuple(found)


def _taught(manifest: Manifest, need: str | None, *, left: int, kept: int, now: datetime) -> TaughtVersion:
    rule = f"the newest {kept} versions are kept, and a training removes those beyond them"
    if need is not None:
        rule = f"it {need}, which keeps it until newer versions have taken its place; then {rule}"
    else:
        rule = f"{rule}: it goes with the {left}. training from now, which the schedule runs once a day"
    after = None if need else left
    return TaughtVersion(
        version=manifest.version,
        trained_at=manifest.trained_at,
        state=KEPT,
        retires_after=after,
        retires_at=now + after * TRAINED_EVERY if after else None,
        rule=rule,
    )


def _told(version: TaughtVersion) -> dict[str, Any]:
    retires_at = version.retires_at.isoformat() if version.retires_at else None
    return asdict(version) | {"trained_at": version.trained_at.isoformat(), "retires_at": retires_at}


def _version(told: Mapping[str, Any]) -> TaughtVersion:
    retires_at = datetime.fromisoformat(told["retires_at"]) if told["retires_at"] else None
    return TaughtVersion(**{**told, "trained_at": datetime.fromisoformat(told["trained_at"]), "retires_at": retires_at})


def _signature(receipt: Receipt, secret: bytes) -> str:
    return hmac.new(secret, _canonical(replace(receipt, signature="").to_json()), hashlib.sha256).hexdigest()


def _canonical(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
