"""The readable profile: a taste in words, from its modes, exemplars and shares."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from recommender.ports.stores import Catalog, PreferenceStore, TasteStore
from recommender.preferences import Preferences
from recommender.taste import Taste
from recommender.tracks import Track


@dataclass(frozen=True, slots=True, eq=False)
class ModeProfile:
    """One taste in words: its space, its share, the tracks that stand for it and the genres they have."""

    space: str
    weight: float
    exemplars: tuple[Track, ...]
    genres: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is known of a user's taste, readable."""

    plays: int
    updated_at: datetime | None
    modes: tuple[ModeProfile, ...]
    artists: Mapping[str, float]
    genres: Mapping[str, float]
    banned: tuple[str, ...]
    preferences: Preferences


@dataclass(frozen=True, slots=True)
class Profiles:
    """Read profiles."""

    tastes: TasteStore
    preferences: PreferenceStore
    catalog: Catalog

    def of(self, user: str) -> Profile:
        """Return the profile of a user; an empty one for a user of whom nothing is known."""
        asked = self.preferences.get(user) or Preferences(user=user)
        taste = self.tastes.get(user)
        if taste is None:
            return Profile(0, None, (), {}, {}, (), asked)
        return Profile(taste.plays, taste.updated_at, self._modes(taste), taste.artists, taste.genres, taste.banned, asked)

    def _modes(self, taste: Taste) -> tuple[ModeProfile, ...]:
        named = {track_id for held in taste.spaces.values() for mode in held.modes for track_id in mode.exemplars}
        tracks = self.catalog.get_many(sorted(named))
        return tuple(
            ModeProfile(space, mode.weight, known, _common_genres(known))
            for space, held in taste.spaces.items()
            for mode in held.modes
            if (known := tuple(tracks[track_id] for track_id in mode.exemplars if track_id in tracks))
        )


def _common_genres(tracks: tuple[Track, ...]) -> tuple[str, ...]:
    counted = Counter(genre for track in tracks for genre in track.metadata.genres)
    return tuple(genre for genre, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:3])
