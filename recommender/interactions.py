"""An interaction: one act of a user on a track."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Name what a user did with a track."""

    PLAY = "play"
    SKIP = "skip"
    LIKE = "like"
    UNLIKE = "unlike"
    SAVE = "save"
    BAN = "ban"
    UNBAN = "unban"


BANS = (Kind.BAN, Kind.UNBAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One act of a user on a track.

    Attributes
    ----------
    user
        The user's pseudonym, never the id in the clear.
    heard_ms
        How much was heard, for plays and skips.
    share
        ``heard_ms`` over the track's duration, 0 to 1, where both are known.
    context
        Where or why it was heard ("sleep", "workout"), so that it can be left out of the taste later.
    private
        Kept in the log for the listener alone; never touches taste, trends or training.
    until
        When a ban ends; ``None`` for one that holds until it is lifted by an ``unban``.
    """

    interaction_id: str
    user: str
    track_id: str
    kind: Kind
    at: datetime
    heard_ms: int | None = None
    share: float | None = None
    context: str | None = None
    private: bool = False
    recommendation_id: str | None = None
    until: datetime | None = None


def derived_id(user: str, track_id: str, kind: Kind, at: datetime) -> str:
    """Return the id of an interaction that came without one: the same act told twice is one act."""
    told = "\x1f".join((user, track_id, kind.value, at.isoformat()))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
