"""A vector index in memory: exact, and small enough to be read as the port's meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from embeddings.spaces import SLOTS, Distance
from infra.points import (
    Slots,
    checked_cursor,
    checked_names,
    checked_order,
    checked_payload,
    checked_points,
    checked_query,
    checked_slots,
    checked_vectors,
    checked_where,
)
from recommender.filters import AnyOf, Between, Condition, Where
from recommender.identity import point_id
from recommender.payload import Payload
from recommender.ports.index import Hit, Named, Nearest, Page, Point, SparseVector, Vector


class FakeIndex:
    """Hold points in a dictionary and compare every one of them; a vector in a cosine slot is kept as a unit vector."""

    def __init__(self, *, slots: Slots = SLOTS) -> None:
        self._slots = slots
        self._points: dict[str, Point] = {}

    def upsert(self, points: Sequence[Point]) -> None:
        for point in checked_points(points, self._slots):
            kept = {name: self._kept(name, vector) for name, vector in point.vectors.items()}
            self._points[point.track_id] = Point(point.track_id, kept, point.payload, dict(point.names))

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        checked = checked_vectors(vectors, slot, self._slots)
        for track_id in checked.keys() & self._points.keys():
            point = self._points[track_id]
            kept = {**point.vectors, slot: self._kept(slot, checked[track_id])}
            self._points[track_id] = replace(point, vectors=kept)

    def set_names(self, names: Mapping[str, SparseVector]) -> None:
        checked = {track_id: checked_names(features, whose=track_id) for track_id, features in names.items()}
        for track_id in checked.keys() & self._points.keys():
            self._points[track_id] = replace(self._points[track_id], names=dict(checked[track_id]))

    def clear_slot(self, slot: str) -> None:
        checked_slots([slot], self._slots)
        for point in list(self._points.values()):
            left = {name: vector for name, vector in point.vectors.items() if name != slot}
            self._points[point.track_id] = replace(point, vectors=left)

    def set_payload(self, changes: Mapping[str, Payload]) -> None:
        checked = {track_id: checked_payload(payload, track_id=track_id) for track_id, payload in changes.items()}
        for track_id in checked.keys() & self._points.keys():
            point = self._points[track_id]
            self._points[track_id] = replace(point, payload={**point.payload, **checked[track_id]})

    def nearest(self, queries: Sequence[Nearest | Named]) -> list[list[Hit]]:
        vectors = [checked_query(query, self._slots) for query in queries]
        return [self._answer(query, vector) for query, vector in zip(queries, vectors, strict=True)]

    def fetch(self, track_ids: Sequence[str], *, slots: Sequence[str] = ()) -> dict[str, Point]:
        checked_slots(slots, self._slots)
        return {track_id: _seen(self._points[track_id], slots) for track_id in track_ids if track_id in self._points}

    def scroll(self, *, where: Where, limit: int, after: str | None = None, slots: Sequence[str] = ()) -> Page:
        checked_slots(slots, self._slots)
        start = checked_cursor(after) or ""
        found = sorted((point for point in self._passing(where) if point_id(point.track_id) >= start), key=_place)
        page, rest = found[:limit], found[limit:]
        return Page(tuple(_seen(point, slots) for point in page), _place(rest[0]) if rest else None)

    def top(self, field: str, *, where: Where, limit: int) -> list[Hit]:
        checked_order(field)
        values = [(float(value), point) for point in self._passing(where) if isinstance(value := point.payload.get(field), int | float)]
        highest = sorted(values, key=lambda pair: -pair[0])[:limit]
        return [Hit(point.track_id, value, dict(point.payload), {}) for value, point in highest]

    def delete(self, track_ids: Sequence[str]) -> None:
        for track_id in track_ids:
            self._points.pop(track_id, None)

    def count(self, where: Where) -> int:
        return len(self._passing(where))

    def flush(self) -> None:
        return

    def _kept(self, slot: str, vector: Vector) -> Vector:
        if self._slots[slot].distance is Distance.COSINE:
            return (vector / np.linalg.norm(vector)).astype(np.float32)
        return vector.copy()

    def _answer(self, query: Nearest | Named, vector: Vector | Mapping[int, float]) -> list[Hit]:
        scored = [(score, point) for point in self._passing(query.where) if (score := self._score(query, vector, point)) is not None]
        nearest = sorted(scored, key=lambda pair: -pair[0])[: query.limit]
        return [
            Hit(seen.track_id, score, seen.payload if query.with_payload else {}, seen.vectors)
            for score, point in nearest
            for seen in [_seen(point, query.with_vectors)]
        ]

    def _score(self, query: Nearest | Named, vector: Vector | Mapping[int, float], point: Point) -> float | None:
        if isinstance(query, Named):
            shared = query.features.keys() & point.names.keys()
            return sum(query.features[feature] * point.names[feature] for feature in shared) if shared else None
        held = point.vectors.get(query.slot)
        return None if held is None else float(self._kept(query.slot, np.asarray(vector)) @ held)

    def _passing(self, where: Where) -> list[Point]:
        checked_where(where)
        return [
            point
            for point in list(self._points.values())
            if all(_holds(condition, point) for condition in where.must)
            and not any(_holds(condition, point) for condition in where.must_not)
        ]


def _holds(condition: Condition, point: Point) -> bool:
    if isinstance(condition, AnyOf):
        value = point.payload.get(condition.field)
        held = value if isinstance(value, list) else [value]
        return any(entry in condition.values and not isinstance(entry, float) for entry in held)
    if isinstance(condition, Between):
        number = point.payload.get(condition.field)
        low = -np.inf if condition.low is None else condition.low
        high = np.inf if condition.high is None else condition.high
        return isinstance(number, int | float) and bool(low <= number <= high)
    return point.track_id in condition.track_ids


def _place(point: Point) -> str:
    return point_id(point.track_id)


def _seen(point: Point, slots: Sequence[str]) -> Point:
    vectors = {name: point.vectors[name].copy() for name in slots if name in point.vectors}
    return Point(point.track_id, vectors, dict(point.payload))
