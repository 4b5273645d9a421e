"""What a user asked for: consent, what may be shown, first picks, and what is left out."""

from dataclasses import dataclass
from enum import StrEnum


class Consent(StrEnum):
    """Name what may be learned: ``personal`` keeps a taste, ``none`` keeps nothing and answers without one."""

    PERSONAL = "personal"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a user asked for; the picks stand in for a taste until there is one."""

    user: str
    consent: Consent = Consent.PERSONAL
    allow_explicit: bool = True
    pick_tracks: tuple[str, ...] = ()
    pick_artists: tuple[str, ...] = ()
    pick_genres: tuple[str, ...] = ()
    exclude_tracks: tuple[str, ...] = ()
    exclude_artists: tuple[str, ...] = ()
    exclude_contexts: tuple[str, ...] = ()
