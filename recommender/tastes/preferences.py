"""What a user asked for: consent, what may be shown, first picks, and what is left out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Consent(StrEnum):
    """Name what may be learned.

    ``personal`` keeps a taste, ``session`` keeps what is done for a few hours and uses it for as long as the session lasts, ``none``
    keeps nothing and answers without a taste.
    """

    PERSONAL = "personal"
    SESSION = "session"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Hidden:
    """A track or an artist that is not shown until a moment; the taste knows nothing of it."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a user asked for; the picks stand in for a taste until there is one.

    Attributes
    ----------
    exclude_tracks, exclude_artists, exclude_contexts
        What counts as never played, and (tracks and artists) is never shown.
    hide_tracks, hide_artists
        What is not shown for a while, whatever the taste makes of it.
    reset_at
        The taste starts anew from this moment: what was played before is kept, and counts for nothing.
    consent_changes
        How often consent was changed: what was accepted before the latest change is not recorded after it.
    """

    user: str
    consent: Consent = Consent.PERSONAL
    allow_explicit: bool = True
    pick_tracks: tuple[str, ...] = ()
    pick_artists: tuple[str, ...] = ()
    pick_genres: tuple[str, ...] = ()
    exclude_tracks: tuple[str, ...] = ()
    exclude_artists: tuple[str, ...] = ()
    exclude_contexts: tuple[str, ...] = ()
    hide_tracks: tuple[Hidden, ...] = ()
    hide_artists: tuple[Hidden, ...] = ()
    reset_at: datetime | None = None
    consent_changes: int = 0
