"""What must not be shown to a user now: banned, excluded and hidden tracks and artists, from all places that say so."""

from datetime import datetime
from typing import NamedTuple

from recommender.identity import fold
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste


class Excluded(NamedTuple):
    """Tracks by id, and artists by folded name as payloads hold them; both sorted, each once."""

    track_ids: tuple[str, ...]
    artists: tuple[str, ...]


def excluded(preferences: Preferences | None, taste: Taste | None, now: datetime) -> Excluded:
    """Return what the user banned, excluded or hid and what of that still holds at ``now``.

    What was heard lately is not part of it: that is a rule of the page, not a wish of the listener.
    """
    banned = taste.banned if taste is not None else {}
    tracks = {track_id for track_id, until in banned.items() if until is None or until > now}
    artists: set[str] = set()
    if preferences is not None:
        tracks |= {*preferences.exclude_tracks, *(hidden.name for hidden in preferences.hide_tracks if hidden.until > now)}
        artists |= {*preferences.exclude_artists, *(hidden.name for hidden in preferences.hide_artists if hidden.until > now)}
    return Excluded(tuple(sorted(tracks)), tuple(sorted({fold(name) for name in artists})))
