"""The tracks that came into the catalogue lately and have not had their share of showings yet, kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from recommender.filters import Between, OneOfTracks, Where
from recommender.pages.holding import passing
from recommender.pages.keeping import Kept
from recommender.pages.policy import Policy
from recommender.ports.index import Point, VectorIndex
from recommender.ports.stores import ServingStore, Tallies
from recommender.trends import day_of

SHOWN_NEW: Final = "shown_new"
LASTING: Final = timedelta(minutes=2)
# The newest ones: a page looks at all of them.
MOST: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """A new track's point, and how often it has been shown."""

    point: Point
    shown: float


class Arrivals:
    """Read which tracks are new and below their budget of showings, and count showings."""

    def __init__(self, index: VectorIndex, serving: ServingStore, tallies: Tallies, *, policy: Policy) -> None:
        self._index = index
        self._serving = serving
        self._tallies = tallies
        self._policy = policy
        self._recent = Kept(self._read, lasting=LASTING)

    def passing(self, where: Where, *, now: datetime) -> dict[str, Arrival]:
        """Return those that pass, by id; up to two minutes old, so the caller asks the index again for those it takes."""
        recent = self._recent.at(now)
        passed = passing(where, {track_id: arrival.point.payload for track_id, arrival in recent.items()})
        return {track_id: recent[track_id] for track_id in recent if track_id in passed}

    def count(self, added_at: Mapping[str, float], *, now: datetime) -> None:
        """Count one showing of each of these tracks (id to the moment it was added) that is new."""
        first = (now - self._policy.new_for).timestamp()
        new = {track_id: 1.0 for track_id, moment in added_at.items() if moment >= first}
        if new:
            self._tallies.add(SHOWN_NEW, new, day=day_of(now))

    def _read(self, now: datetime) -> dict[str, Arrival]:
        since = now - self._policy.new_for
        shown = self._tallies.read(SHOWN_NEW, since=day_of(since))
        spent = tuple(sorted(track_id for track_id, times in shown.items() if times >= self._policy.new_budget))
        where = Where((Between("added_at", since.timestamp(), None),), (OneOfTracks(spent),) if spent else ())
        newest = [hit.track_id for hit in self._index.top("added_at", where=where, limit=MOST)]
        points = self._index.fetch(newest, slots=(self._serving.get().audio_slot, "text")) if newest else {}
        return {track_id: Arrival(point, shown.get(track_id, 0.0)) for track_id, point in points.items()}
