"""A smooth way between two tracks through the audio space."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.filters import Filters, OneOfTracks
from recommender.playing.geodesic import along, between
from recommender.playing.stepping import evenest
from recommender.ports.catalog import Catalog
from recommender.ports.index import Hit, Nearest, Point, Vector, VectorIndex
from recommender.ports.stores import ServingStore
from recommender.tracks import Track, TrackStatus

# At most so many points of the way are asked about, so many tracks around each (more where the way has more), and so many are
# looked at altogether: the search is quadratic in them.
POINTS: Final = 24
AROUND: Final = 24
POOL: Final = 480
# Of one artist at most so many are looked at, as long as that leaves enough.
OF_ONE_ARTIST: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """A track of the way.

    Attributes
    ----------
    along
        Where it stands between the two ends, 0 to 1.
    step
        Angle from the track before it in degrees, 0 for the first.
    """

    track: Track
    along: float
    step: float


@dataclass(frozen=True, slots=True)
class Path:
    """Answer how to get from one track to another."""

    index: VectorIndex
    catalog: Catalog
    serving: ServingStore

    def between(self, start: str, end: str, *, filters: Filters, limit: int) -> list[Stop]:
        """Return at most ``limit`` tracks (at least 2), the first ``start`` and the last ``end``, with steps as small and even as can be.

        What is between passes the filters; the two ends are as they are asked for. All candidates come in one round trip: those
        nearest to evenly spaced points of the great circle between the ends. Of them the way is taken whose largest step is the
        smallest.

        Raises
        ------
        InvalidInput
            Naming tracks that are unknown, are the same, or have no vector in the audio space.
        """
        slot = self.serving.get().audio_slot
        first, last = self._ends(start, end, slot)
        pool = self._pool(first, last, slot, filters=filters, between=limit - 2)
        way: list[Point | Hit] = [first, *pool, last]
        rows = np.stack([found.vectors[slot] for found in way])
        chosen = evenest(rows, [_artist(found) for found in way], hops=limit - 1)
        angles = [0.0, *(_angle(rows[a], rows[b]) for a, b in itertools.pairwise(chosen))]
        places = along(rows[0], rows[-1], rows[chosen])
        ids = [way[at].track_id for at in chosen]
        tracks = self.catalog.get_many(ids)
        return [
            Stop(tracks[track_id], place, angle)
            for track_id, place, angle in zip(ids, places, angles, strict=True)
            if track_id in tracks and tracks[track_id].status is TrackStatus.READY
        ]

    def _ends(self, start: str, end: str, slot: str) -> tuple[Point, Point]:
        tracks = self.catalog.get_many([start, end])
        missing = [(field, asked) for field, asked in (("from", start), ("to", end)) if asked not in tracks]
        if missing:
            unknown = ", ".join(asked for _, asked in missing)
            raise InvalidInput(f"unknown tracks: {unknown}", code="unknown_track", field=missing[0][0])
        # A duplicate has no point: its original stands for it.
        places = {asked: track.duplicate_of or track.track_id for asked, track in tracks.items()}
        if places[start] == places[end]:
            raise InvalidInput(f"a way needs two tracks, {start} and {end} are one", code="same_track", field="to")
        points = self.index.fetch(list(places.values()), slots=(slot,))
        for field, asked in (("from", start), ("to", end)):
            if not _is_placed(points, places[asked], slot):
                raise InvalidInput(_no_audio(tracks[asked]), code="no_vector", field=field)
        return points[places[start]], points[places[end]]

    def _pool(self, first: Point, last: Point, slot: str, *, filters: Filters, between: int) -> list[Hit]:
        """Return the tracks near evenly spaced points of the way, those of it in order, few of one artist."""
        if between < 1:
            return []
        where = filters.where().also(without=(OneOfTracks((first.track_id, last.track_id)),))
        middle = _evenly(first.vectors[slot], last.vectors[slot], min(between, POINTS))
        depth = max(AROUND, between)
        answers = self.index.nearest([Nearest(slot, vector, depth, where, with_vectors=(slot,)) for vector in middle])
        # Nearest to its point first, so that what is kept lies well and all along the way.
        ranked = sorted(((rank, hit) for hits in answers for rank, hit in enumerate(hits)), key=lambda one: (one[0], one[1].track_id))
        distinct: dict[str, Hit] = {}
        for _, hit in ranked:
            distinct.setdefault(hit.track_id, hit)
        varied = _few_of_each(list(distinct.values()))
        kept = (varied if len(varied) >= between else list(distinct.values()))[:POOL]
        if not kept:
            return []
        places = along(first.vectors[slot], last.vectors[slot], np.stack([hit.vectors[slot] for hit in kept]))
        return [kept[at] for at in np.argsort(places, kind="stable")]


def _evenly(start: Vector, end: Vector, count: int) -> list[Vector]:
    return [between(start, end, step / (count + 1)) for step in range(1, count + 1)]


def _few_of_each(hits: Sequence[Hit]) -> list[Hit]:
    seen: Counter[str] = Counter()
    kept: list[Hit] = []
    for hit in hits:
        artist = _artist(hit)
        if artist is None or seen[artist] < OF_ONE_ARTIST:
            kept.append(hit)
        if artist is not None:
            seen[artist] += 1
    return kept


def _artist(found: Point | Hit) -> str | None:
    artists = found.payload.get("artists")
    return artists[0] if isinstance(artists, list) and artists else None


def _angle(first: NDArray[np.float32], then: NDArray[np.float32]) -> float:
    return float(np.degrees(np.arccos(np.clip(first.astype(np.float64) @ then, -1.0, 1.0))))


def _is_placed(points: Mapping[str, Point], track_id: str, slot: str) -> bool:
    return track_id in points and slot in points[track_id].vectors


def _no_audio(track: Track) -> str:
    if track.status is not TrackStatus.READY:
        return f"track {track.track_id} is {track.status.value}, so it has no vector in audio yet"
    return f"track {track.track_id} has no vector in audio: it was never heard"
