"""Vectors of many tracks on one shelf a slot, from which each user's liked and disliked tracks are taken at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.taste import Listened
from recommender.ports.index import Point

_NO_ROWS: Final = np.zeros((0, 0), np.float32)
_NOTHING: Final = Listened((), np.zeros(0, np.intp), np.zeros(0))


class Shelves:
    """The vectors of points by slot, stacked once for all users who had to do with them."""

    def __init__(self, points: Mapping[str, Point]) -> None:
        self.points = points
        self._places: dict[str, dict[str, int]] = {}
        self._rows: dict[str, NDArray[np.float32]] = {}
        for slot in {slot for point in points.values() for slot in point.vectors}:
            standing = {track_id: vector for track_id, point in points.items() if (vector := point.vectors.get(slot)) is not None}
            self._places[slot] = dict(zip(standing, range(len(standing)), strict=True))
            self._rows[slot] = np.stack(list(standing.values()))

    def rows(self, slot: str) -> NDArray[np.float32]:
        """Return all vectors of a slot, shape (tracks, dim)."""
        return self._rows.get(slot, _NO_ROWS)

    def places(self, slot: str) -> Mapping[str, int]:
        """Return where the vector of each track that has one in the slot stands."""
        return self._places.get(slot, {})


class Weighed:
    """A user's tracks with their confidences, and when the user first had to do with each."""

    def __init__(self, shelves: Shelves, weights: Mapping[str, float], since: Mapping[str, datetime]) -> None:
        self.shelves = shelves
        self.weights = weights
        self._liked = _Side({track_id: weight for track_id, weight in weights.items() if weight > 0}, since)
        self._disliked = _Side({track_id: -weight for track_id, weight in weights.items() if weight < 0}, since)

    def liked(self, slot: str) -> Listened:
        """Return what is liked in a slot."""
        return self._liked.on(self.shelves.places(slot))

    def disliked(self, slot: str) -> Listened:
        """Return what is disliked in a slot, each with how much."""
        return self._disliked.on(self.shelves.places(slot))


class _Side:
    """Tracks of one sign, the heaviest first: sorted once for all slots."""

    def __init__(self, weights: Mapping[str, float], since: Mapping[str, datetime]) -> None:
        ranked = sorted([(-weight, track_id) for track_id, weight in weights.items()])
        self._tracks = [track_id for _, track_id in ranked]
        self._weights = np.array([-weight for weight, _ in ranked])
        self._since = [since[track_id] for track_id in self._tracks]

    def on(self, places: Mapping[str, int]) -> Listened:
        there = [places.get(track_id) for track_id in self._tracks]
        if None not in there:
            return Listened(self._tracks, np.array(there, np.intp), self._weights, self._since) if there else _NOTHING
        kept = [at for at, place in enumerate(there) if place is not None]
        return Listened(
            [self._tracks[at] for at in kept],
            np.array([place for place in there if place is not None], np.intp),
            self._weights[kept],
            [self._since[at] for at in kept],
        )
