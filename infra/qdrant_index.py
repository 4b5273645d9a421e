"""The vector index beyond one machine: a collection of a Qdrant server or cluster."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Self

from embeddings.spaces import SLOTS
from infra.points import (
    Slots,
    batches,
    checked_cursor,
    checked_names,
    checked_order,
    checked_payload,
    checked_points,
    checked_query,
    checked_slots,
    checked_vectors,
)
from recommender.filters import Where
from recommender.payload import Payload
from recommender.ports.index import Hit, Named, Nearest, Page, Point, SparseVector, Vector

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

# 200 points with all their vectors are about 4 MB of JSON; a server takes 32 MB.
_BATCH: Final = 200


class QdrantIndex:
    """Keep every point in a collection, made with its payload indexes if it is missing.

    Parameters
    ----------
    client
        Who speaks to the server; see ``connect``.
    collection
        The collection's name.
    slots
        The named vectors of a point. A collection that was made with others is refused.

    Raises
    ------
    Unavailable
        If the server is out of reach.
    InvalidInput
        If the collection holds other slots.
    """

    def __init__(self, client: "QdrantClient", *, collection: str = "tracks", slots: Slots = SLOTS) -> None:
        from infra.qdrant_collection import QdrantCollection  # noqa: PLC0415  # loads qdrant-client: other stacks must not pay for it

        self._slots = slots
        self._collection = QdrantCollection(client, collection, slots)

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        api_key: str | None = None,
        prefer_grpc: bool = False,
        timeout_s: int = 5,
        collection: str = "tracks",
        slots: Slots = SLOTS,
    ) -> Self:
        """Open the collection on the server at ``url``, by REST or gRPC."""
        from infra.qdrant_collection import connected  # noqa: PLC0415  # see __init__

        client = connected(url, api_key=api_key, prefer_grpc=prefer_grpc, timeout_s=timeout_s)
        return cls(client, collection=collection, slots=slots)

    def upsert(self, points: Sequence[Point]) -> None:
        """See ``VectorIndex``."""
        last = {point.track_id: point for point in checked_points(points, self._slots)}
        for batch in batches(last.values(), _BATCH):
            self._collection.write(batch)

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        """See ``VectorIndex``."""
        checked = checked_vectors(vectors, slot, self._slots)
        for batch in batches(checked.items(), _BATCH):
            self._collection.write_vectors(slot, dict(batch))

    def set_names(self, names: Mapping[str, SparseVector]) -> None:
        """See ``VectorIndex``."""
        checked = {track_id: checked_names(features, whose=track_id) for track_id, features in names.items()}
        for batch in batches(checked, _BATCH):
            self._collection.write_names({track_id: checked[track_id] for track_id in batch})

    def clear_slot(self, slot: str) -> None:
        """See ``VectorIndex``."""
        checked_slots([slot], self._slots)
        self._collection.clear(slot)

    def set_payload(self, changes: Mapping[str, Payload]) -> None:
        """See ``VectorIndex``."""
        checked = {track_id: checked_payload(payload, track_id=track_id) for track_id, payload in changes.items()}
        for batch in batches(checked.items(), _BATCH):
            self._collection.write_payloads(dict(batch))

    def nearest(self, queries: Sequence[Nearest | Named]) -> list[list[Hit]]:
        """See ``VectorIndex``."""
        vectors = [checked_query(query, self._slots) for query in queries]
        if not queries:
            return []
        answers = self._collection.nearest(queries, vectors)
        return [
            [
                Hit(point.track_id, score, point.payload if query.with_payload else {}, point.vectors)
                for point, score in answer[: max(query.limit, 0)]
            ]
            for query, answer in zip(queries, answers, strict=True)
        ]

    def fetch(self, track_ids: Sequence[str], *, slots: Sequence[str] = ()) -> dict[str, Point]:
        """See ``VectorIndex``."""
        checked_slots(slots, self._slots)
        found = self._collection.records(track_ids, slots=slots) if track_ids else {}
        return {track_id: found[track_id] for track_id in track_ids if track_id in found}

    def scroll(self, *, where: Where, limit: int, after: str | None = None, slots: Sequence[str] = ()) -> Page:
        """See ``VectorIndex``."""
        checked_slots(slots, self._slots)
        points, following = self._collection.scroll(where, limit, checked_cursor(after), slots)
        return Page(tuple(points), following)

    def top(self, field: str, *, where: Where, limit: int) -> list[Hit]:
        """See ``VectorIndex``."""
        found = self._collection.top(checked_order(field), where, limit)
        return [Hit(point.track_id, value, point.payload, {}) for point in found if isinstance(value := point.payload[field], int | float)]

    def delete(self, track_ids: Sequence[str]) -> None:
        """See ``VectorIndex``."""
        for batch in batches(track_ids, _BATCH):
            self._collection.delete(batch)

    def count(self, where: Where) -> int:
        """See ``VectorIndex``."""
        return self._collection.count(where)

    def flush(self) -> None:
        """Return at once: every write above has waited until the server had applied and logged it."""
