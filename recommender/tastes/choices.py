"""A user's choices: take preferences, and make the taste follow them at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from recommender.ports.catalog import Catalog
from recommender.ports.stores import ImpressionLog, InteractionLog, PreferenceStore, TasteStore
from recommender.tastes.preferences import Consent, Preferences
from recommender.tastes.renewal import Tastes


@dataclass(frozen=True, slots=True)
class Choices:
    """Take what users ask for."""

    preferences: PreferenceStore
    store: TasteStore
    log: InteractionLog
    impressions: ImpressionLog
    tastes: Tastes
    catalog: Catalog

    def of(self, user: str) -> Preferences:
        """Return what a user asked for, and the defaults where nothing was."""
        return self.preferences.get(user) or Preferences(user=user)

    def put(self, asked: Preferences, *, now: datetime) -> Preferences:
        """Keep preferences and return them as they are kept.

        A taste is made anew without what is excluded now. Where consent is withdrawn or changed, all that was learned is gone. Tracks
        that are other encodings or recordings of another become that one, hides that have ended are dropped, and a reset stays.
        """
        former = self.preferences.get(asked.user)
        consented, changes = (former.consent, former.consent_changes) if former else (Consent.PERSONAL, 0)
        kept = replace(
            self._canonical(asked),
            reset_at=former.reset_at if former else None,
            consent_changes=changes + (asked.consent is not consented),
        )
        kept = replace(
            kept,
            hide_tracks=tuple(hidden for hidden in kept.hide_tracks if hidden.until > now),
            hide_artists=tuple(hidden for hidden in kept.hide_artists if hidden.until > now),
        )
        self.preferences.put(kept)
        if kept.consent is Consent.NONE or kept.consent is not consented:
            self.store.erase(kept.user)
            self.log.erase(kept.user)
            self.impressions.erase(kept.user)
        elif former != kept and self.store.get(kept.user) is not None:
            self.tastes.renew(kept.user, now=now)
        return kept

    def reset(self, user: str, *, now: datetime) -> Preferences:
        """Let a taste begin anew from now: what was played before is kept in the log and counts for nothing; bans still hold."""
        kept = replace(self.of(user), reset_at=now)
        self.preferences.put(kept)
        if self.store.get(user) is not None:
            self.tastes.renew(user, now=now)
        return kept

    def _canonical(self, asked: Preferences) -> Preferences:
        named = {*asked.exclude_tracks, *asked.pick_tracks, *(hidden.name for hidden in asked.hide_tracks)}
        tracks = self.catalog.get_many(sorted(named)) if named else {}
        originals = {track_id: track.duplicate_of or track.track_id for track_id, track in tracks.items()}
        return replace(
            asked,
            exclude_tracks=_once(originals.get(track_id, track_id) for track_id in asked.exclude_tracks),
            pick_tracks=_once(originals.get(track_id, track_id) for track_id in asked.pick_tracks),
            hide_tracks=tuple(replace(hidden, name=originals.get(hidden.name, hidden.name)) for hidden in asked.hide_tracks),
        )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
