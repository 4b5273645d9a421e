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
    """

    recommendation_id: str
    user: str
    at: datetime
    track_ids: tuple[str, ...]
    sources: tuple[str, ...]
    cold: bool
    collab_version: str | None
