"""What users did, as far back as their tastes need it, told of the tracks as they are known by now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from recommender.identity import fold
from recommender.interactions import BANS, Interaction
from recommender.ports.catalog import Catalog
from recommender.ports.index import Point, VectorIndex
from recommender.ports.stores import InteractionLog
from recommender.tastes.evidence import ACTS_KEPT, TRACKS_KEPT, in_force, included_of
from recommender.tastes.preferences import Preferences

READ: Final = ACTS_KEPT + 50
_DEEPER: Final = 4


@dataclass(frozen=True, slots=True)
class History:
    """A user's acts with what is needed to weigh them.

    Attributes
    ----------
    preferences
        As they were asked for, with excluded tracks that became others named as these.
    artists
        Folded names of the artists of each track, where the user excludes some.
    """

    acts: tuple[Interaction, ...]
    preferences: Preferences | None
    artists: Mapping[str, tuple[str, ...]]


class _Bans(NamedTuple):
    """A user's latest bans and what lifted them; where these are not all, the moment after which they are.

    So many bans that hold now, all of after that moment, leave no room for others: neither among the acts that a taste is made of nor
    among the bans that it names.
    """

    acts: Sequence[Interaction]
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Histories:
    """Read histories from the log."""

    log: InteractionLog
    index: VectorIndex
    catalog: Catalog

    def of(
        self, users: Sequence[str], asked: Mapping[str, Preferences], *, slots: Sequence[str], now: datetime
    ) -> tuple[dict[str, History], dict[str, Point]]:
        """Return each user's latest acts and bans, enough for a taste after all that is left out; and points met on the way.

        These have the vectors of ``slots``. Points of users who met more tracks than a taste is made of are left out. However long a log
        is, its taste is made of so many of the latest acts and bans that those before could not change it.
        """
        found: dict[str, History] = {}
        met: dict[str, Point] = {}
        left, depth = list(users), READ
        while left:
            told = self.log.of_users(left, limit=depth)
            long = [user for user in left if len(told[user]) == depth]
            banned = self._bans(long, depth)
            told |= {user: [*told[user], *bans.acts] for user, bans in banned.items()}
            fetched, bare = self._points(told, asked, slots)
            met |= fetched
            found |= self._resolved(told, asked, {**bare, **fetched})
            left = [user for user in long if not _suffices(found[user], oldest=told[user][depth - 1], bans=banned[user], now=now)]
            depth *= _DEEPER
        return found, met

    def _bans(self, users: Sequence[str], depth: int) -> dict[str, _Bans]:
        acts: dict[str, list[Interaction]] = {user: [] for user in users}
        after: dict[str, datetime] = {}
        for kind in BANS if users else ():
            for user, latest in self.log.of_users(users, kind=kind, limit=depth).items():
                acts[user] += latest
                if len(latest) == depth:
                    after[user] = max(latest[-1].at, after.get(user, latest[-1].at))
        known = {user: [act for act in told if user not in after or act.at > after[user]] for user, told in acts.items()}
        return {user: _Bans(told, after.get(user)) for user, told in known.items()}

    def _points(
        self, told: Mapping[str, Sequence[Interaction]], asked: Mapping[str, Preferences], slots: Sequence[str]
    ) -> tuple[dict[str, Point], dict[str, Point]]:
        """Return the points of those with few tracks with their vectors, and the others', of which few will be needed, without."""
        few: set[str] = set()
        many: set[str] = set()
        for user, acts in told.items():
            tracks = {act.track_id for act in acts}
            (few if len(tracks) <= TRACKS_KEPT else many).update(tracks)
            if user in asked:
                many.update(asked[user].exclude_tracks)
        many -= few
        return self.index.fetch(sorted(few), slots=slots), self.index.fetch(sorted(many)) if many else {}

    def _resolved(
        self, told: Mapping[str, Sequence[Interaction]], asked: Mapping[str, Preferences], points: Mapping[str, Point]
    ) -> dict[str, History]:
        named = {act.track_id for acts in told.values() for act in acts}
        named.update(track_id for user in told if user in asked for track_id in asked[user].exclude_tracks)
        missing = named - points.keys()
        gone = self.catalog.get_many(sorted(missing)) if missing else {}
        # What is not in the index is deleted, not ready, or another encoding or recording of a track that is.
        originals = {track_id: track.duplicate_of or track.track_id for track_id, track in gone.items()}
        artists = {track_id: tuple(fold(name) for name in track.metadata.artists) for track_id, track in gone.items()}
        return {user: _history(acts, asked.get(user), originals, points, artists) for user, acts in told.items()}


def _history(
    acts: Sequence[Interaction],
    asked: Preferences | None,
    originals: Mapping[str, str],
    points: Mapping[str, Point],
    artists: Mapping[str, tuple[str, ...]],
) -> History:
    if asked is not None and originals:
        asked = replace(asked, exclude_tracks=tuple(originals.get(track_id, track_id) for track_id in asked.exclude_tracks))
    by_track: dict[str, tuple[str, ...]] = {}
    if asked is not None and asked.exclude_artists:
        by_track = {act.track_id: artists.get(act.track_id) or _artists(points.get(act.track_id)) for act in acts}
        by_track |= {originals[track_id]: names for track_id, names in by_track.items() if track_id in originals}
    moved = (replace(act, track_id=originals[act.track_id]) if act.track_id in originals else act for act in acts)
    return History(tuple(moved) if originals else tuple(acts), asked, by_track)


def _artists(point: Point | None) -> tuple[str, ...]:
    names = point.payload.get("artists") if point is not None else None
    return tuple(names) if isinstance(names, list) else ()


def _suffices(history: History, *, oldest: Interaction, bans: _Bans, now: datetime) -> bool:
    """Tell whether nothing of before the oldest act that was read could count, and no ban of before those that were read."""
    asked = history.preferences
    included = included_of(history.acts, asked, artists=history.artists)
    if bans.after is not None and sum(act.at > bans.after for act in in_force(included, now=now).values()) < ACTS_KEPT:
        return False
    if asked is not None and asked.reset_at is not None and oldest.at < asked.reset_at:
        return True
    return _ordinary(included) >= ACTS_KEPT


def _ordinary(acts: Iterable[Interaction]) -> int:
    return sum(act.kind not in BANS for act in acts)
