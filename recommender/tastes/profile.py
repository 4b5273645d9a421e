"""The readable profile: a taste in words, from its modes, exemplars and shares, and what the user asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from embeddings.spaces import Space
from embeddings.taste import Mode
from recommender.identity import fold
from recommender.ports.catalog import Catalog
from recommender.ports.stores import PreferenceStore, TasteStore
from recommender.tastes.preferences import Preferences
from recommender.tastes.sentences import attributes_of, disliking, genres_of, lately, liking
from recommender.tastes.session import strength
from recommender.tastes.taste import SpaceTaste
from recommender.tracks import Track


@dataclass(frozen=True, slots=True, eq=False)
class ModeProfile:
    """One taste, or distaste, in words.

    Attributes
    ----------
    weight
        The share of the listening; of a distaste, its strength.
    attributes
        How its exemplars sound: ``("fast", "energetic")``.
    text
        All of it in a sentence.
    """

    space: str
    weight: float
    exemplars: tuple[Track, ...]
    genres: tuple[str, ...]
    attributes: tuple[str, ...]
    since: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What is known of a user's taste, readable.

    Attributes
    ----------
    session
        What the user listens to right now; empty some hours after the last act.
    banned
        Track to when the ban ends, ``None`` for never; those that still hold.
    """

    preferences: Preferences
    plays: int = 0
    updated_at: datetime | None = None
    modes: tuple[ModeProfile, ...] = ()
    dislikes: tuple[ModeProfile, ...] = ()
    session: tuple[ModeProfile, ...] = ()
    session_at: datetime | None = None
    artists: Mapping[str, float] = field(default_factory=dict)
    genres: Mapping[str, float] = field(default_factory=dict)
    banned: Mapping[str, datetime | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Read profiles."""

    tastes: TasteStore
    preferences: PreferenceStore
    catalog: Catalog

    def of(self, user: str, *, now: datetime) -> Profile:
        """Return the profile of a user; an empty one for a user of whom nothing is known."""
        asked = self.preferences.get(user) or Preferences(user=user)
        taste = self.tastes.get(user)
        if taste is None:
            return Profile(preferences=asked)
        session = taste.session if strength(taste.session_at, now) > 0 else {}
        tracks = self.catalog.get_many(_exemplars([*taste.spaces.values(), *session.values()]))
        return Profile(
            preferences=asked,
            plays=taste.plays,
            updated_at=taste.updated_at,
            modes=_profiles(taste.spaces, lambda held: held.modes, tracks, liking),
            dislikes=_profiles(taste.spaces, lambda held: held.distastes, tracks, disliking),
            session=_profiles(session, lambda held: held.modes, tracks, lately),
            session_at=taste.session_at if session else None,
            artists=_as_written(taste.artists, tracks.values()),
            genres=taste.genres,
            banned={track_id: until for track_id, until in taste.banned.items() if until is None or until > now},
        )


def _as_written(artists: Mapping[str, float], tracks: Iterable[Track]) -> dict[str, float]:
    """Return artists under the names that the tracks shown write; tastes count them folded."""
    written = {fold(name): name for track in tracks for name in track.metadata.artists}
    return {written.get(artist, artist): share for artist, share in artists.items()}


def _exemplars(spaces: Iterable[SpaceTaste]) -> list[str]:
    return sorted({track_id for held in spaces for mode in (*held.modes, *held.distastes) for track_id in mode.exemplars})


def _profiles(
    spaces: Mapping[str, SpaceTaste],
    part: Callable[[SpaceTaste], Sequence[Mode]],
    tracks: Mapping[str, Track],
    sentence: Callable[[Space, float, Sequence[Track], datetime | None], str],
) -> tuple[ModeProfile, ...]:
    """Return those modes in words of which an exemplar is still known."""
    found = []
    for name, held in spaces.items():
        for mode in part(held):
            known = tuple(tracks[track_id] for track_id in mode.exemplars if track_id in tracks)
            if known:
                text = sentence(Space(name), mode.weight, known, mode.since)
                found.append(ModeProfile(name, mode.weight, known, genres_of(known), attributes_of(known), mode.since, text))
    return tuple(found)
