"""Vectors of many tracks on one shelf a slot, from which each user's liked and disliked tracks are taken at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.ports.index import Point

_EMPTY = np.zeros((0, 0), np.float32)


class Side(NamedTuple):
    """Some tracks of a user in one slot: their ids, their vectors (shape (n, dim)) and how much each weighs, without its sign."""

    track_ids: list[str]
    vectors: NDArray[np.float32]
    weights: NDArray[np.float64]


class Shelves:
    """The vectors of points by slot, stacked once for all users who had to do with them."""

    def __init__(self, points: Mapping[str, Point]) -> None:
        self.points = points
        self._places: dict[str, dict[str, int]] = {}
        self._rows: dict[str, NDArray[np.float32]] = {}
        vectors: dict[str, list[NDArray[np.float32]]] = {}
        for track_id, point in points.items():
            for slot, vector in point.vectors.items():
                places = self._places.setdefault(slot, {})
                places[track_id] = len(places)
                vectors.setdefault(slot, []).append(vector)
        for slot, rows in vectors.items():
            self._rows[slot] = np.stack(rows)

    def side(self, slot: str, weights: Mapping[str, float], sign: float) -> Side:
        """Return the tracks whose weight has the sign and that have a vector in the slot."""
        places = self._places.get(slot, {})
        tracks = [track_id for track_id, weight in weights.items() if weight * sign > 0 and track_id in places]
        if not tracks:
            return Side([], _EMPTY, np.zeros(0))
        rows = self._rows[slot][[places[track_id] for track_id in tracks]]
        return Side(tracks, rows, np.array([weights[track_id] * sign for track_id in tracks]))


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A user's tracks with their confidences, and when the user first had to do with each."""

    shelves: Shelves
    weights: Mapping[str, float]
    since: Mapping[str, datetime]

    def liked(self, slot: str) -> Side:
        """Return what is liked in a slot."""
        return self.shelves.side(slot, self.weights, 1.0)

    def disliked(self, slot: str) -> Side:
        """Return what is disliked in a slot."""
        return self.shelves.side(slot, self.weights, -1.0)
