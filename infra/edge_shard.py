"""One Qdrant Edge shard: how it is laid out, made, opened, written and asked.

This module loads the engine; only ``infra.edge_index`` imports it, and only when an index is opened.
"""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from struct import Struct
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import numpy as np
import qdrant_edge as edge

from embeddings.spaces import Distance
from infra.disk_room import RESERVE_BYTES, require_room, unwritten_bytes
from infra.edge_filters import filter_of
from infra.points import Slots
from recommender.errors import InvalidInput, Unavailable
from recommender.filters import Where
from recommender.payload import FLOAT_FIELDS, INTEGER_FIELDS, KEYWORD_FIELDS, Payload
from recommender.ports.index import NAMES, Named, Nearest, Point, SparseVector, Vector

# A graph of no edges: vectors are compared one by one, which costs no graph to build and finds every neighbour.
_NO_GRAPH: Final = edge.HnswIndexConfig(m=0, ef_construct=16, full_scan_threshold=10_000, payload_m=0)
_INT8: Final = edge.ScalarQuantizationConfig(type=edge.ScalarType.Int8, always_ram=True)
# Packing stops the process for some 0.4 ms a point, nearly all of it for the payload indexes, so it goes piece by piece: a piece is closed
# at some 10,000 points (its widest vectors take 16 MB) and not joined with others, and is packed again when half of it has been replaced.
_PIECES: Final = edge.EdgeOptimizersConfig(max_segment_size=16_000, indexing_threshold=3_000, deleted_threshold=0.5)
_EXACT_AT_LAST: Final = edge.SearchParams(quantization=edge.QuantizationSearchParams(rescore=True, oversampling=2.0))
# The layout of features: raise it with every change to recommender/names/features.py, or names in an old folder are not found.
_FEATURES: Final = {"features": 1}
_DISTANCES: Final = {Distance.COSINE: edge.Distance.Cosine, Distance.DOT: edge.Distance.Dot}
_FIELDS: Final = {
    **dict.fromkeys(KEYWORD_FIELDS, edge.PayloadSchemaType.Keyword),
    **dict.fromkeys(INTEGER_FIELDS, edge.PayloadSchemaType.Integer),
    **dict.fromkeys(FLOAT_FIELDS, edge.PayloadSchemaType.Float),
}

Vectors = Mapping[str, Vector]
# A point is told by the number of its UUID: UUIDs hash and compare in Python, and a page does so thousands of times.
Scored = tuple[int, float, Vectors]
_NO_VECTORS: Final[Vectors] = MappingProxyType({})
# The engine takes arrays, though its hints know only lists.
Given = Any


class EdgeShard:
    """Speak to the engine in ids, arrays and conditions; whatever it fails at is ``Unavailable``."""

    def __init__(self, folder: Path, slots: Slots) -> None:
        self._folder = folder
        with self._faults():
            # Its hints do not know that every id here is a UUID and every point asked for by payload has one.
            self._shard: Any = _opened(folder, slots)

    def write(self, points: Mapping[int, Point]) -> None:
        """Write whole points."""
        written = [edge.Point(UUID(int=id_), _given(point), dict(point.payload)) for id_, point in points.items()]
        self._update(edge.UpdateOperation.upsert_points(written))

    def write_vectors(self, slot: str, vectors: Mapping[int, Given]) -> None:
        """Write one slot of points that exist."""
        written = [edge.PointVectors(UUID(int=id_), {slot: vector}) for id_, vector in vectors.items()]
        self._update(edge.UpdateOperation.update_vectors(written))

    def write_names(self, names: Mapping[int, SparseVector]) -> None:
        """Write the names of points that exist."""
        written = [edge.PointVectors(UUID(int=id_), {NAMES: _sparse(held)}) for id_, held in names.items()]
        self._update(edge.UpdateOperation.update_vectors(written))

    def write_payload(self, id_: int, payload: Payload) -> None:
        """Set the named fields of a point that exists."""
        self._update(edge.UpdateOperation.set_payload([UUID(int=id_)], dict(payload)))

    def clear(self, slot: str) -> None:
        """Take the slot's vector from every point that has one."""
        self._update(edge.UpdateOperation.delete_vectors_by_filter(edge.Filter(must=[edge.HasVectorCondition(slot)]), [slot]))

    def delete(self, ids: Collection[int]) -> None:
        """Remove points, whether they exist or not."""
        self._update(edge.UpdateOperation.delete_points([UUID(int=id_) for id_ in ids]))

    def present(self, ids: Collection[int]) -> set[int]:
        """Return which of these points exist."""
        return {record.id.int for record in self._retrieve(ids, with_payload=False, slots=())}

    def payloads(self, ids: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return the payloads of those points that exist."""
        return {record.id.int: record.payload for record in self._retrieve(ids, with_payload=True, slots=())}

    def vectors(self, ids: Collection[int], slots: Sequence[str]) -> dict[int, Vectors]:
        """Return the vectors, in these slots, of those points that exist."""
        return {record.id.int: _arrays(record.vector) for record in self._retrieve(ids, with_payload=False, slots=slots)}

    def nearest(self, queries: Sequence[Nearest | Named], vectors: Sequence[Given]) -> list[list[Scored]]:
        """Answer every query; those of one slot with the same conditions share a pass over the points."""
        # The queries of one request mostly share their conditions, which name hundreds of tracks.
        filters = {where: filter_of(where) for where in {query.where for query in queries}}
        requests = [
            edge.QueryRequest(
                # The engine refuses a limit of nothing; the caller cuts.
                limit=max(query.limit, 1),
                query=_query(query, vector),
                filter=filters[query.where],
                params=_EXACT_AT_LAST,
                with_vector=list(query.with_vectors) or None,
            )
            for query, vector in zip(queries, vectors, strict=True)
        ]
        with self._faults():
            answers = self._shard.query_batch(edge.QueryBatchRequest(requests))
        return [_scored(query, answer) for query, answer in zip(queries, answers, strict=True)]

    def top(self, field: str, where: Where, limit: int) -> list[tuple[int, float]]:
        """Return the points with the highest numbers in a payload field."""
        order = edge.OrderBy(field, edge.Direction.Desc)
        with self._faults():
            found = self._shard.query(edge.QueryRequest(limit=limit, query=order, filter=filter_of(where)))
        return [(point.id.int, float(point.order_value)) for point in found]

    def scroll(
        self, where: Where, limit: int, after: str | None, slots: Sequence[str]
    ) -> tuple[list[tuple[dict[str, Any], Vectors]], str | None]:
        """Return the payloads and vectors of a page of points, in the order of their ids, and where the next one starts."""
        request = edge.ScrollRequest(after, limit, filter_of(where), with_payload=True, with_vector=list(slots) or None)
        with self._faults():
            records, following = self._shard.scroll(request)
        return [(record.payload, _arrays(record.vector)) for record in records], None if following is None else str(following)

    def count(self, where: Where) -> int:
        """Return how many points pass."""
        with self._faults():
            return int(self._shard.count(edge.CountRequest(exact=True, filter=filter_of(where))))

    def flush(self) -> None:
        """Bring everything to the disk."""
        with self._faults():
            self._shard.flush()

    def pack(self) -> bool:
        """Pack the points written since the last time; say if there was anything to pack."""
        require_room(self._folder)
        with self._faults():
            packed = bool(self._shard.optimize())
            if packed:
                # The unpacked pieces leave the disk and the memory map, whose entries are limited, only now.
                self._shard.flush()
            return packed

    def close(self) -> None:
        """Write what is pending and let go of the files."""
        with self._faults():
            self._shard.close()

    def _update(self, operation: edge.UpdateOperation) -> None:
        require_room(self._folder)
        with self._faults():
            self._shard.update(operation)

    def _retrieve(self, ids: Collection[int], *, with_payload: bool, slots: Sequence[str]) -> list[Any]:
        with self._faults():
            return list(self._shard.retrieve([UUID(int=id_) for id_ in ids], with_payload, list(slots) or False))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        with _failures_of(self._folder):
            yield


@contextmanager
def _failures_of(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # The engine raises bare Exception for every failure of its own, a subclass (TypeError, OverflowError) for wrong arguments, and on
        # damaged files a panic, which is no Exception at all.
        if type(error) is not Exception and type(error).__name__ != "PanicException":
            raise
        raise Unavailable(f"the index in {folder} failed, its files may be damaged: {error}", code="index_failed") from error


def _query(query: Nearest | Named, vector: Given) -> Any:
    return edge.Query.Nearest(_sparse(vector), using=NAMES) if isinstance(query, Named) else edge.Query.Nearest(vector, using=query.slot)


def _scored(query: Nearest | Named, answer: Sequence[Any]) -> list[Scored]:
    # Every attribute that is read of a hit is made anew, and a page has more than a thousand hits.
    if query.with_vectors:
        return [(found.id.int, found.score, _arrays(found.vector)) for found in answer]
    return [(found.id.int, found.score, _NO_VECTORS) for found in answer]


def _given(point: Point) -> dict[str, Given]:
    return {**point.vectors, **({NAMES: _sparse(point.names)} if point.names else {})}


def _sparse(names: SparseVector) -> edge.SparseVector:
    return edge.SparseVector(list(names), list(names.values()))


def _arrays(vectors: Any) -> Vectors:
    return {name: _array(values) for name, values in vectors.items()} if vectors else {}


def _array(values: list[float]) -> Vector:
    # Packing is more than twice as quick as letting numpy look at each number; a copy, because packed bytes cannot be written to.
    return np.frombuffer(_packing(len(values)).pack(*values), np.float32).copy()


@cache
def _packing(count: int) -> Struct:
    return Struct(f"{count}f")


def _opened(folder: Path, slots: Slots) -> edge.EdgeShard:
    points, schema = folder / "points", folder / "schema.json"
    require_room(folder, bytes_needed=RESERVE_BYTES + unwritten_bytes(folder))
    if not points.exists():
        _make(points, schema, slots)
    _check(schema, slots)
    shard = edge.EdgeShard.load(str(points), _config(slots))
    _index_fields(shard)
    return shard


def _make(points: Path, schema: Path, slots: Slots) -> None:
    # The shard appears under its name only when it is whole: a process killed here leaves a draft, which the next one throws away.
    draft = points.with_name("points.draft")
    shutil.rmtree(draft, ignore_errors=True)
    shard = edge.EdgeShard.create(str(draft), _config(slots))
    _index_fields(shard)
    shard.flush()
    shard.close()
    schema.write_text(json.dumps(_described(slots), indent=2) + "\n", encoding="utf-8")
    draft.rename(points)


def _config(slots: Slots) -> edge.EdgeConfig:
    return edge.EdgeConfig(
        vectors={slot.name: edge.EdgeVectorParams(size=slot.dim, distance=_DISTANCES[slot.distance]) for slot in slots.values()},
        sparse_vectors={NAMES: edge.EdgeSparseVectorParams()},
        quantization_config=_INT8,
        hnsw_config=_NO_GRAPH,
        optimizers=_PIECES,
    )


def _index_fields(shard: edge.EdgeShard) -> None:
    for name in _FIELDS.keys() - shard.info().payload_schema.keys():
        shard.update(edge.UpdateOperation.create_field_index(name, _FIELDS[name]))


def _check(schema: Path, slots: Slots) -> None:
    try:
        held = json.loads(schema.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{schema} does not say what the index holds: {error}", code="unknown_schema") from error
    wanted = _described(slots)
    differing = sorted(name for name in held.keys() | wanted.keys() if held.get(name) != wanted.get(name))
    if differing:
        said = "; ".join(f"{name} with {_worded(held.get(name))}, not {_worded(wanted.get(name))}" for name in differing)
        raise InvalidInput(f"the index in {schema.parent} holds {said}: move the folder away to make a new one", code="other_schema")


def _described(slots: Slots) -> dict[str, dict[str, Any]]:
    return {NAMES: _FEATURES, **{name: asdict(slot) for name, slot in sorted(slots.items())}}


def _worded(slot: dict[str, Any] | None) -> str:
    if slot == _FEATURES:
        return "features of names"
    return f"{slot['dim']} values by {slot['distance']}" if slot else "nothing"
