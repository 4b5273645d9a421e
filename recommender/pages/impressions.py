"""An impression: one page that was shown, and which source brought each of its tracks."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """One page of recommendations as it was shown.

    Attributes
    ----------
    track_ids, sources
        Position by position: the track, and the source that brought it.
    segments
        On a cold page, position by position: the part of the catalogue that the track stands for; empty on others.
    previous
        The page that this one goes on from; ``None`` for a first one.
    """

    recommendation_id: str
    user: str
    at: datetime
    track_ids: tuple[str, ...]
    sources: tuple[str, ...]
    cold: bool
    collab_version: str | None
    segments: tuple[str, ...] = ()
    previous: str | None = None
