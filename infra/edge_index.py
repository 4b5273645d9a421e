"""The vector index of one machine: Qdrant Edge in this process, in a folder that it owns."""

import marshal
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from embeddings.spaces import SLOTS
from infra.folder_lock import FolderLock
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
from recommender.identity import point_id
from recommender.payload import Payload
from recommender.ports.index import Hit, Named, Nearest, Page, Point, SparseVector, Vector

# One record of the engine's log must stay well below the 32 MB of a segment of it.
_BATCH: Final = 500
# Pieces of so many points are packed at once: see infra/edge_shard.py.
_PIECE: Final = 8_000
# So many payloads are read in some 5 ms, for which every other thread waits.
_PAGE: Final = 200


class EdgeIndex:
    """Keep every point in a folder: what a call has written survives the process's death, what ``flush`` has seen a power cut.

    Vectors are compared one by one, in int8 first and then exactly; the few thousand points that are not packed yet are compared
    exactly at once. The engine holds the interpreter during every call, so threads share it safely but gain no speed.

    Parameters
    ----------
    folder
        Made if missing; one process at a time has it.
    slots
        The named vectors of a point. A folder that was made with others is refused.

    Raises
    ------
    Unavailable
        If another process, or another index of this one, has the folder.
    InvalidInput
        If the folder holds other slots.
    """

    def __init__(self, folder: Path, *, slots: Slots = SLOTS) -> None:
        self._slots = slots
        self._owned = FolderLock(folder)
        try:
            from infra.edge_shard import EdgeShard  # noqa: PLC0415  # loads the engine: other stacks must not pay for it

            self._shard = EdgeShard(folder, slots)
        except BaseException:
            self._owned.release()
            raise
        # Writers exclude each other and readers that fill the payloads, so that none keeps what is just being replaced.
        self._writing = threading.RLock()
        # Reading 500 payloads from the engine takes three times as long as finding their points, so each is kept once read
        # (about 0.5 kB a track). Packed, because every full garbage collection would walk 100,000 dictionaries.
        self._payloads: dict[UUID, bytes] = {}
        self._names: dict[UUID, str] = {}
        self._unpacked = 0

    def upsert(self, points: Sequence[Point]) -> None:
        """See ``VectorIndex``."""
        checked = {_id(point.track_id): point for point in checked_points(points, self._slots)}
        for ids in batches(checked, _BATCH):
            with self._changing(ids):
                self._shard.write({id_: checked[id_] for id_ in ids})
                self._pack_after(len(ids))

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        """See ``VectorIndex``."""
        checked = {_id(track_id): vector for track_id, vector in checked_vectors(vectors, slot, self._slots).items()}
        for ids in batches(checked, _BATCH):
            with self._changing(()):
                self._shard.write_vectors(slot, {id_: checked[id_] for id_ in self._shard.present(ids)})
                self._pack_after(len(ids))

    def set_names(self, names: Mapping[str, SparseVector]) -> None:
        """See ``VectorIndex``."""
        checked = {_id(track_id): checked_names(features, whose=track_id) for track_id, features in names.items()}
        for ids in batches(checked, _BATCH):
            with self._changing(()):
                self._shard.write_names({id_: checked[id_] for id_ in self._shard.present(ids)})
                self._pack_after(len(ids))

    def clear_slot(self, slot: str) -> None:
        """See ``VectorIndex``."""
        checked_slots([slot], self._slots)
        with self._changing(()):
            self._shard.clear(slot)

    def set_payload(self, changes: Mapping[str, Payload]) -> None:
        """See ``VectorIndex``."""
        checked = {_id(track_id): checked_payload(payload, track_id=track_id) for track_id, payload in changes.items()}
        for ids in batches(checked, _BATCH):
            with self._changing(ids):
                for id_ in self._shard.present(ids):
                    self._shard.write_payload(id_, checked[id_])

    def nearest(self, queries: Sequence[Nearest | Named]) -> list[list[Hit]]:
        """See ``VectorIndex``."""
        self._owned.confirm()
        answers = self._shard.nearest(queries, [checked_query(query, self._slots) for query in queries])
        asked = list(zip(queries, answers, strict=True))
        payloads = self._known({id_ for query, answer in asked if query.with_payload for id_, _, _ in answer})
        names = self._named({id_ for _, answer in asked for id_, _, _ in answer})
        # A point deleted since it was found has no name any more. One payload serves every hit of its track: it is read-only.
        return [
            [
                Hit(names[id_], score, payloads.get(id_, {}) if query.with_payload else {}, vectors)
                for id_, score, vectors in answer[: query.limit]
                if id_ in names
            ]
            for query, answer in asked
        ]

    def fetch(self, track_ids: Sequence[str], *, slots: Sequence[str] = ()) -> dict[str, Point]:
        """See ``VectorIndex``."""
        self._owned.confirm()
        checked_slots(slots, self._slots)
        ids = {track_id: _id(track_id) for track_id in track_ids}
        payloads = self._known(set(ids.values()))
        vectors = self._shard.vectors(payloads, slots) if slots else {}
        return {track_id: Point(track_id, vectors.get(id_, {}), payloads[id_]) for track_id, id_ in ids.items() if id_ in payloads}

    def scroll(self, *, where: Where, limit: int, after: str | None = None, slots: Sequence[str] = ()) -> Page:
        """See ``VectorIndex``."""
        self._owned.confirm()
        checked_slots(slots, self._slots)
        found, following = self._shard.scroll(where, limit, checked_cursor(after), slots)
        return Page(tuple(Point(payload["track_id"], vectors, payload) for payload, vectors in found), following)

    def top(self, field: str, *, where: Where, limit: int) -> list[Hit]:
        """See ``VectorIndex``."""
        self._owned.confirm()
        found = self._shard.top(checked_order(field), where, limit)
        payloads = self._known({id_ for id_, _ in found})
        return [Hit(payloads[id_]["track_id"], value, payloads[id_], {}) for id_, value in found if id_ in payloads]

    def delete(self, track_ids: Sequence[str]) -> None:
        """See ``VectorIndex``."""
        for ids in batches([_id(track_id) for track_id in track_ids], _BATCH):
            with self._changing(ids):
                self._shard.delete(ids)

    def count(self, where: Where) -> int:
        """See ``VectorIndex``."""
        self._owned.confirm()
        return self._shard.count(where)

    def flush(self) -> None:
        """See ``VectorIndex``."""
        with self._changing(()):
            self._shard.flush()

    def maintain(self) -> bool:
        """Pack the points written since the last time, so that they are searched faster; say if there was anything to pack.

        The whole process stands still meanwhile, for a second or two, or 0.4 ms a point after ``clear_slot``: call it in quiet moments.
        ``upsert`` and ``set_vectors`` do it by themselves after every 8,000 points.
        """
        with self._changing(()):
            self._unpacked = 0
            return self._shard.pack()

    def warm(self) -> None:
        """Read every payload, a little at a time, so that no request has to wait for them: for a thread of its own after opening."""
        after: str | None = None
        while True:
            self._owned.confirm()
            with self._writing:
                found, after = self._shard.scroll(Where(), _PAGE, after, ())
                self._payloads.update((_id(payload["track_id"]), marshal.dumps(payload)) for payload, _ in found)
                self._names.update((_id(payload["track_id"]), payload["track_id"]) for payload, _ in found)
            if after is None:
                return

    def close(self) -> None:
        """Write what is pending and let another process have the folder."""
        with self._changing(()):
            self._shard.close()
        self._owned.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _pack_after(self, written: int) -> None:
        self._unpacked += written
        if self._unpacked >= _PIECE:
            self._unpacked = 0
            self._shard.pack()

    @contextmanager
    def _changing(self, ids: Collection[UUID]) -> Iterator[None]:
        self._owned.confirm()
        with self._writing:
            try:
                yield
            finally:
                # Also after a failure, which may have changed some of them.
                for id_ in ids:
                    self._payloads.pop(id_, None)
                    self._names.pop(id_, None)

    def _named(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """Return the track ids of those points that exist; a point's name never changes, so it is remembered until the point goes."""
        missing = [id_ for id_ in ids if id_ not in self._names]
        if missing:
            self._names.update({id_: payload["track_id"] for id_, payload in self._known(missing).items()})
        return {id_: name for id_ in ids if (name := self._names.get(id_)) is not None}

    def _known(self, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
        packed = {id_: self._payloads.get(id_) for id_ in ids}
        missing = [id_ for id_, payload in packed.items() if payload is None]
        if missing:
            with self._writing:
                read = {id_: marshal.dumps(payload) for id_, payload in self._shard.payloads(missing).items()}
                self._payloads.update(read)
            packed.update(read)
        return {id_: marshal.loads(payload) for id_, payload in packed.items() if payload is not None}  # noqa: S302  # made by this process


@lru_cache(maxsize=200_000)
def _id(track_id: str) -> UUID:
    return UUID(point_id(track_id))
