"""Tracks like one track, in one space or in all of them together."""

from dataclasses import dataclass
from typing import Final

from embeddings.spaces import Space
from recommender.errors import InvalidInput, NotFound
from recommender.filters import Filters, OneOfTracks
from recommender.pages.asking import Because, Query
from recommender.pages.fusion import fuse, proposals
from recommender.pages.ranking import toward
from recommender.pages.sources.modes import served
from recommender.ports.catalog import Catalog
from recommender.ports.index import Nearest, VectorIndex
from recommender.ports.stores import ServingStore
from recommender.tracks import Track, TrackStatus

BLEND: Final = {Space.AUDIO: 1.0, Space.TEXT: 0.8, Space.COLLAB: 1.2}


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A track with a score; higher is nearer."""

    track: Track
    score: float


@dataclass(frozen=True, slots=True)
class Similar:
    """Answer what is like a track."""

    index: VectorIndex
    catalog: Catalog
    serving: ServingStore

    def to(self, track_id: str, *, space: Space | None, filters: Filters, limit: int) -> list[Scored]:
        """Return the tracks most like ``track_id``; ``space=None`` blends all spaces that it has a vector in.

        A duplicate is answered for by its original, which holds the vectors of both.

        Raises
        ------
        NotFound
            If there is no such track.
        InvalidInput
            If it has no vector in the space that is asked for.
        """
        track = self.catalog.get(track_id)
        if track is None:
            raise NotFound(f"no track {track_id}", code="unknown_track", field="track_id")
        queries = self._queries(track, space, filters, limit)
        if not queries:
            raise InvalidInput(_no_vector(track, space), code="no_vector", field="space")
        answers = self.index.nearest([query.nearest for query in queries])
        if space is not None:
            scores = {hit.track_id: hit.score for hit in answers[0]}
        else:
            scores = {candidate.track_id: candidate.score for candidate in fuse(proposals(queries, answers))}
        if filters.targets:
            scores = {candidate.track_id: candidate.score for candidate in toward(fuse(proposals(queries, answers)), filters.targets)}
        best = sorted(scores, key=lambda found: (-scores[found], found))[:limit]
        tracks = self.catalog.get_many(best)
        return [Scored(tracks[found], scores[found]) for found in best if found in tracks and tracks[found].status is TrackStatus.READY]

    def _queries(self, track: Track, space: Space | None, filters: Filters, limit: int) -> list[Query]:
        slots = {name: slot for name, (slot, version) in served(self.serving.get()).items() if version and space in (None, name)}
        place = track.duplicate_of or track.track_id
        points = self.index.fetch([place], slots=tuple(slots.values()))
        if place not in points:
            return []
        vectors = points[place].vectors
        where = filters.where().also(without=(OneOfTracks((place,)),))
        depth = limit if space is not None and not filters.targets else max(60, 3 * limit)
        return [
            Query(name.value, Nearest(slot, vectors[slot], depth, where), BLEND[name], Because("like {tracks}", (track.track_id,)))
            for name, slot in slots.items()
            if slot in vectors
        ]


def _no_vector(track: Track, space: Space | None) -> str:
    if track.status is not TrackStatus.READY:
        return f"track {track.track_id} is {track.status.value}, so it has no vectors to compare yet"
    return f"track {track.track_id} has no vector in {space.value if space else 'any space'}"
