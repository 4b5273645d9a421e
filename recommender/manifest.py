"""The manifest of a model version: what it was made from, how good it is, and a SHA-256 of every file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from recommender.errors import Unavailable

# Code of the error that names a damaged file.
DAMAGED: Final = "damaged_version"
_MOMENTS: Final = ("trained_at", "window_from", "window_to")
_SEAL: Final = "seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a model version was made from and how good it is.

    Attributes
    ----------
    users, tracks, interactions
        How many of each it learned from.
    told
        How many interactions the log told up to the cut-off; those beyond a listener's latest thousand do not count.
    window_from, window_to
        The first and the last interaction that counts.
    parameters
        The recipe: every hyper-parameter by name.
    published
        Whether it passed the gate; one that did not is kept for its metrics and never served.
    refusal
        Why it did not pass.
    compared_with
        What stood for the serving version when it was judged, in words; ``None`` where nothing served.
    environment
        Versions of what it was computed with.
    privacy
        What a private training promises: epsilon, delta, the multipliers of the noise, the lengths to which a user was clipped (see
        ``embeddings.collaborative.private``), and what all private trainings so far give away together; ``None`` where nothing is promised.
    hashes
        SHA-256 of each file by its name.
    """

    version: str
    trained_at: datetime
    users: int
    tracks: int
    interactions: int
    dim: int
    parameters: Mapping[str, float]
    metrics: Mapping[str, float]
    published: bool
    refusal: str | None = None
    told: int = 0
    window_from: datetime | None = None
    window_to: datetime | None = None
    compared_with: str | None = None
    code_version: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    privacy: Mapping[str, float] | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the manifest as it is stored, sealed with a hash of its own."""
        told = asdict(self)
        told |= {name: told[name].isoformat() for name in _MOMENTS if told[name] is not None}
        return json.dumps(told | {_SEAL: _seal(told)}, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, stored: bytes, *, version: str) -> "Manifest":
        """Read a stored manifest.

        Raises
        ------
        Unavailable
            If it is not what was written, naming the version.
        """
        try:
            told = json.loads(stored)
            is_whole = told.pop(_SEAL) == _seal(told) and told["version"] == version
            moments = {name: datetime.fromisoformat(told[name]) for name in _MOMENTS if told[name] is not None}
            if is_whole:
                return cls(**{**told, **moments})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged(version, "manifest.json", "cannot be read") from error
        raise damaged(version, "manifest.json", "is not what was written")

    @classmethod
    def unreadable(cls, version: str, *, why: str) -> "Manifest":
        """Return what stands in a list for a version whose manifest cannot be read: refused, so that it is never served."""
        return cls(
            version=version,
            trained_at=datetime.fromtimestamp(0, UTC),
            users=0,
            tracks=0,
            interactions=0,
            dim=0,
            parameters={},
            metrics={},
            published=False,
            refusal=why,
        )


def damaged(version: str, file: str, what: str) -> Unavailable:
    """Return the error that says which file of which version is not what was published."""
    return Unavailable(f"model version {version} is damaged: its file {file} {what}", code=DAMAGED, field=file)


def _seal(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
