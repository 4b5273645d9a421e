"""The vector index of one machine: Qdrant Edge in this process, in a folder that it owns."""

import marshal
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self
from uuid import UUID

import numpy as np

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
from infra.recent import Recent
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
_LACKING: Final = np.empty(0, np.float32)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
# So many points at least are kept with their vectors, and at most twice as many: 4 kB each.
_RECENT: Final = 8_192


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
        # (about 0.5 kB a track). Packed and by number, because every full garbage collection would walk 100,000 dictionaries
        # and UUIDs, for which one page in fifty waited 70 ms.
        self._payloads: dict[int, bytes] = {}
        self._names: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        # A vector comes out of the engine number by number, and the tracks that are listened to are much the same from one batch to the
        # next. By slot; bare arrays, for the reason above. An empty one stands for a vector that a point does not have.
        self._recent = {name: Recent[int, Vector](_RECENT) for name in slots}
        self._unpacked = 0

    def upsert(self, points: Sequence[Point]) -> None:
        """See ``VectorIndex``."""
        checked = {point.track_id: point for point in checked_points(points, self._slots)}
        for names in batches(checked, _BATCH):
            with self._changing(names):
                self._shard.write({self._id(name): checked[name] for name in names})
                self._pack_after(len(names))

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        """See ``VectorIndex``."""
        checked = checked_vectors(vectors, slot, self._slots)
        for names in batches(checked, _BATCH):
            with self._changing(names, payloads=False):
                ids = {self._id(name): checked[name] for name in names}
                self._shard.write_vectors(slot, {id_: ids[id_] for id_ in self._shard.present(ids)})
                self._pack_after(len(ids))

    def set_names(self, names: Mapping[str, SparseVector]) -> None:
        """See ``VectorIndex``."""
        checked = {self._id(track_id): checked_names(features, whose=track_id) for track_id, features in names.items()}
        for ids in batches(checked, _BATCH):
            with self._changing(()):
                self._shard.write_names({id_: checked[id_] for id_ in self._shard.present(ids)})
                self._pack_after(len(ids))

    def clear_slot(self, slot: str) -> None:
        """See ``VectorIndex``."""
        checked_slots([slot], self._slots)
        with self._changing(()):
            self._recent[slot].clear()
            self._shard.clear(slot)

    def set_payload(self, changes: Mapping[str, Payload]) -> None:
        """See ``VectorIndex``."""
        checked = {track_id: checked_payload(payload, track_id=track_id) for track_id, payload in changes.items()}
        for names in batches(checked, _BATCH):
            with self._changing(names):
                ids = {self._id(name): checked[name] for name in names}
                for id_ in self._shard.present(ids):
                    self._shard.write_payload(id_, ids[id_])

    def nearest(self, queries: Sequence[Nearest | Named]) -> list[list[Hit]]:
        """See ``VectorIndex``."""
        self._owned.confirm()
        answers = self._shard.nearest(queries, [checked_query(query, self._slots) for query in queries])
        asked = list(zip(queries, answers, strict=True))
        payloads = self._known({id_ for query, answer in asked if query.with_payload for id_, _, _ in answer})
        unnamed = {id_ for answer in answers for id_, _, _ in answer if id_ not in self._names}
        if unnamed:
            self._learn_names(self._known(unnamed))
        # A point deleted since it was found has no name any more. One payload serves every hit of its track: it is read-only.
        return [
            [
                Hit(name, score, payloads.get(id_, _NOTHING) if query.with_payload else _NOTHING, vectors)
                for id_, score, vectors in answer[: query.limit]
                if (name := self._names.get(id_)) is not None
            ]
            for query, answer in asked
        ]

    def fetch(self, track_ids: Sequence[str], *, slots: Sequence[str] = ()) -> dict[str, Point]:
        """See ``VectorIndex``."""
        self._owned.confirm()
        checked_slots(slots, self._slots)
        ids = {track_id: self._id(track_id) for track_id in track_ids}
        payloads = self._known(set(ids.values()))
        vectors = self._vectors(payloads, slots) if slots else {}
        return {track_id: Point(track_id, vectors.get(id_, _NOTHING), payloads[id_]) for track_id, id_ in ids.items() if id_ in payloads}

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
        for names in batches(track_ids, _BATCH):
            with self._changing(names):
                self._shard.delete([self._id(name) for name in names])

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
                payloads = {self._id(payload["track_id"]): payload for payload, _ in found}
                self._payloads.update({id_: marshal.dumps(payload) for id_, payload in payloads.items()})
                self._learn_names(payloads)
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
    def _changing(self, track_ids: Collection[str], *, payloads: bool = True) -> Iterator[None]:
        self._owned.confirm()
        with self._writing:
            try:
                yield
            finally:
                # Also after a failure, which may have changed some of them.
                ids = [self._id(track_id) for track_id in track_ids]
                for recent in self._recent.values():
                    recent.drop(ids)
                for id_ in ids if payloads else ():
                    self._payloads.pop(id_, None)
                    self._ids.pop(self._names.pop(id_, ""), None)

    def _vectors(self, ids: Collection[int], slots: Sequence[str]) -> dict[int, dict[str, Vector]]:
        """Return the vectors of points in these slots, copied: the caller may write into them, and many are given the same ones."""
        found = {slot: self._recent[slot].look(ids) for slot in slots}
        missing = [id_ for id_ in ids if not all(id_ in held for held in found.values())]
        if missing:
            with self._writing:
                for slot, held in found.items():
                    held.update(self._recent[slot].recall(missing))
                unknown = [id_ for id_ in missing if not all(id_ in held for held in found.values())]
                read = self._shard.vectors(unknown, slots) if unknown else {}
                for slot, held in found.items():
                    fresh = {id_: vectors.get(slot, _LACKING) for id_, vectors in read.items()}
                    self._recent[slot].keep(fresh)
                    held.update(fresh)
        return {id_: {slot: held[id_].copy() for slot, held in found.items() if id_ in held and held[id_].size} for id_ in ids}

    def _learn_names(self, payloads: Mapping[int, Mapping[str, Any]]) -> None:
        """Remember the track ids of points; they never change, so they are remembered until the points go."""
        names = {id_: str(payload["track_id"]) for id_, payload in payloads.items()}
        self._names.update(names)
        self._ids.update({name: id_ for id_, name in names.items()})

    def _id(self, track_id: str) -> int:
        known = self._ids.get(track_id)
        return UUID(point_id(track_id)).int if known is None else known

    def _known(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        packed = {id_: self._payloads.get(id_) for id_ in ids}
        missing = [id_ for id_, payload in packed.items() if payload is None]
        if missing:
            with self._writing:
                payloads = self._shard.payloads(missing)
                read = {id_: marshal.dumps(payload) for id_, payload in payloads.items()}
                self._payloads.update(read)
                self._learn_names(payloads)
            packed.update(read)
        return {id_: marshal.loads(payload) for id_, payload in packed.items() if payload is not None}  # noqa: S302  # made by this process
