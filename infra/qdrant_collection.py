"""One collection of a Qdrant server: how it is made, and what is said to it in qdrant-client's models.

This module loads qdrant-client, which takes more than a second; only ``infra.qdrant_index`` imports it, and only when an index is opened.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeVar

import grpc  # type: ignore[import-untyped]  # its wheel carries no hints
import httpx
import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from embeddings.spaces import Distance
from infra.points import Slots, checked_where, values_by_type
from recommender.errors import InvalidInput, Unavailable
from recommender.filters import AnyOf, Between, Condition, Where
from recommender.identity import point_id
from recommender.payload import FLOAT_FIELDS, INTEGER_FIELDS, KEYWORD_FIELDS, Payload
from recommender.ports.index import NAMES, Named, Nearest, Point, SparseVector, Vector

# Of a graph's answers under a filter, 98 in 100 are right at this width and 96 at the server's own.
_EF: Final = 256
_DISTANCES: Final = {Distance.COSINE: models.Distance.COSINE, Distance.DOT: models.Distance.DOT}
_FIELDS: Final = {
    **dict.fromkeys(KEYWORD_FIELDS, models.PayloadSchemaType.KEYWORD),
    **dict.fromkeys(INTEGER_FIELDS, models.PayloadSchemaType.INTEGER),
    **dict.fromkeys(FLOAT_FIELDS, models.PayloadSchemaType.FLOAT),
}
_RETRY_LATER: Final = frozenset(
    {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.INTERNAL}
)
Answer = TypeVar("Answer")


def connected(url: str, *, api_key: str | None, prefer_grpc: bool, timeout_s: int) -> QdrantClient:
    """Return a client of the server at ``url``; nothing is sent yet."""
    return QdrantClient(url=url, api_key=api_key, prefer_grpc=prefer_grpc, timeout=timeout_s, check_compatibility=False)


class QdrantCollection:
    """Speak to one collection; a server that is out of reach, slow, full or failing is ``Unavailable``, a wrong request is not."""

    def __init__(self, client: QdrantClient, name: str, slots: Slots) -> None:
        self._client = client
        self._name = name
        if not self._ask(client.collection_exists):
            self._make(slots)
        held = self._ask(client.get_collection)
        _check(held.config.params, slots, name)
        for field in _FIELDS.keys() - held.payload_schema.keys():
            self._ask(client.create_payload_index, field_name=field, field_schema=_FIELDS[field])

    def _make(self, slots: Slots) -> None:
        int8 = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
        vectors = {slot.name: models.VectorParams(size=slot.dim, distance=_DISTANCES[slot.distance]) for slot in slots.values()}
        try:
            self._ask(
                self._client.create_collection,
                vectors_config=vectors,
                sparse_vectors_config={NAMES: models.SparseVectorParams()},
                quantization_config=models.ScalarQuantization(scalar=int8),
            )
        except (UnexpectedResponse, grpc.RpcError):
            # Another process may have made it in between.
            if not self._ask(self._client.collection_exists):
                raise

    def write(self, points: Sequence[Point]) -> None:
        """Write whole points."""
        written = [
            models.PointStruct(
                id=point_id(point.track_id), vector={**_lists(point.vectors), **_names(point.names)}, payload=dict(point.payload)
            )
            for point in points
        ]
        self._ask(self._client.upsert, points=written)

    def write_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        """Write one slot of those tracks that exist: the server refuses the whole of a request that names another."""
        self._write_vectors({track_id: {slot: vector.tolist()} for track_id, vector in vectors.items()})

    def write_names(self, names: Mapping[str, SparseVector]) -> None:
        """Write the names of those tracks that exist."""
        self._write_vectors({track_id: {NAMES: _sparse(features)} for track_id, features in names.items()})

    def _write_vectors(self, vectors: Mapping[str, dict[str, Any]]) -> None:
        present = self.records(vectors, with_payload=["track_id"])
        written = [models.PointVectors(id=point_id(track_id), vector=vectors[track_id]) for track_id in present]
        if written:
            self._ask(self._client.update_vectors, points=written)

    def write_payloads(self, changes: Mapping[str, Payload]) -> None:
        """Set the named fields of those tracks that exist."""
        operations = [
            # By filter, because the server refuses an id that it does not know, and a filter may find nothing.
            models.SetPayloadOperation(set_payload=models.SetPayload(payload=dict(payload), filter=models.Filter(must=[_has([track_id])])))
            for track_id, payload in changes.items()
        ]
        self._ask(self._client.batch_update_points, update_operations=operations)

    def clear(self, slot: str) -> None:
        """Take the slot's vector from every point that has one."""
        holding = models.Filter(must=[models.HasVectorCondition(has_vector=slot)])
        self._ask(self._client.delete_vectors, vectors=[slot], points=models.FilterSelector(filter=holding))

    def delete(self, track_ids: Collection[str]) -> None:
        """Remove tracks, whether they exist or not."""
        self._ask(self._client.delete, points_selector=models.PointIdsList(points=[point_id(track_id) for track_id in track_ids]))

    def records(self, track_ids: Collection[str], *, slots: Sequence[str] = (), with_payload: bool | list[str] = True) -> dict[str, Point]:
        """Return those tracks that exist, by id, with the vectors of the slots that they have."""
        ids = [point_id(track_id) for track_id in track_ids]
        found = self._ask(self._client.retrieve, ids=ids, with_payload=with_payload, with_vectors=list(slots))
        return {point.track_id: point for point in map(_point, found)}

    def nearest(self, queries: Sequence[Nearest | Named], vectors: Sequence[Vector | SparseVector]) -> list[list[tuple[Point, float]]]:
        """Answer every query in one round trip."""
        # The queries of one request mostly share their conditions, which name hundreds of tracks.
        filters = {where: filter_of(where) for where in {query.where for query in queries}}
        quantization = models.QuantizationSearchParams(rescore=True, oversampling=2.0)
        requests = [
            models.QueryRequest(
                # The server refuses a limit of nothing; the caller cuts.
                limit=max(query.limit, 1),
                query=_sparse(vector) if isinstance(vector, Mapping) else vector.tolist(),
                using=NAMES if isinstance(query, Named) else query.slot,
                filter=filters[query.where],
                params=models.SearchParams(hnsw_ef=max(_EF, query.limit), quantization=quantization),
                with_payload=True if query.with_payload else ["track_id"],
                with_vector=list(query.with_vectors),
            )
            for query, vector in zip(queries, vectors, strict=True)
        ]
        answers = self._ask(self._client.query_batch_points, requests=requests)
        return [[(_point(found), found.score) for found in answer.points] for answer in answers]

    def top(self, field: str, where: Where, limit: int) -> list[Point]:
        """Return the points with the highest numbers in a payload field."""
        order = models.OrderByQuery(order_by=models.OrderBy(key=field, direction=models.Direction.DESC))
        answer = self._ask(self._client.query_points, query=order, query_filter=filter_of(where), limit=limit, with_payload=True)
        return [_point(found) for found in answer.points]

    def scroll(self, where: Where, limit: int, after: str | None, slots: Sequence[str]) -> tuple[list[Point], str | None]:
        """Return a page of points in the order of their ids, and where the next one starts."""
        records, following = self._ask(
            self._client.scroll, scroll_filter=filter_of(where), limit=limit, offset=after, with_payload=True, with_vectors=list(slots)
        )
        return [_point(record) for record in records], None if following is None else str(following)

    def count(self, where: Where) -> int:
        """Return how many points pass, exactly."""
        return int(self._ask(self._client.count, count_filter=filter_of(where), exact=True).count)

    def _ask(self, call: Callable[..., Answer], **arguments: Any) -> Answer:
        try:
            return call(collection_name=self._name, **arguments)
        except (ResponseHandlingException, ResourceExhaustedResponse, UnexpectedResponse, grpc.RpcError) as error:
            if not _passing(error):
                raise
            raise Unavailable(f"the collection {self._name!r} cannot be asked now: {_said(error)}", code="index_unavailable") from error


def _passing(error: Exception) -> bool:
    """Return whether the same request may succeed later."""
    if isinstance(error, ResponseHandlingException):
        return isinstance(error.source, httpx.TransportError)
    if isinstance(error, UnexpectedResponse):
        return error.status_code is None or error.status_code >= 500 or error.status_code in {408, 429}
    return isinstance(error, ResourceExhaustedResponse) or (isinstance(error, grpc.Call) and error.code() in _RETRY_LATER)


def _said(error: Exception) -> str:
    if isinstance(error, ResponseHandlingException):
        return f"{type(error.source).__name__}: {error.source}"
    if isinstance(error, grpc.Call):
        return f"{error.code().name}: {error.details()}"
    return str(error)


def filter_of(where: Where) -> models.Filter:
    """Return the conditions as the server's filter.

    Raises
    ------
    InvalidInput
        If one of them asks for a boolean.
    """
    checked_where(where)
    return models.Filter(must=[_condition(held) for held in where.must], must_not=[_condition(held) for held in where.must_not])


def _condition(condition: Condition) -> models.FieldCondition | models.HasIdCondition | models.Filter:
    if isinstance(condition, AnyOf):
        either: list[Any] = [
            models.FieldCondition(key=condition.field, match=models.MatchAny(any=values)) for values in values_by_type(condition) if values
        ]
        return either[0] if len(either) == 1 else models.Filter(should=either) if either else _has(())
    if isinstance(condition, Between):
        return models.FieldCondition(key=condition.field, range=models.Range(gte=condition.low, lte=condition.high))
    return _has(condition.track_ids)


def _has(track_ids: Collection[str]) -> models.HasIdCondition:
    return models.HasIdCondition(has_id=[point_id(track_id) for track_id in track_ids])


def _lists(vectors: Mapping[str, Vector]) -> dict[str, Any]:
    return {name: vector.tolist() for name, vector in vectors.items()}


def _names(names: SparseVector) -> dict[str, Any]:
    return {NAMES: _sparse(names)} if names else {}


def _sparse(names: SparseVector) -> models.SparseVector:
    return models.SparseVector(indices=list(names), values=list(names.values()))


def _point(found: models.Record | models.ScoredPoint) -> Point:
    payload = found.payload or {}
    vectors = {name: np.array(values, np.float32) for name, values in found.vector.items()} if isinstance(found.vector, dict) else {}
    return Point(payload["track_id"], vectors, payload)


def _check(held: models.CollectionParams, slots: Slots, collection: str) -> None:
    if NAMES not in (held.sparse_vectors or {}):
        raise InvalidInput(
            f"the collection {collection!r} holds no {NAMES}, by which tracks are searched: make another", code="other_schema"
        )
    params = held.vectors if isinstance(held.vectors, dict) else {}
    for slot in slots.values():
        found = params.get(slot.name)
        if found is None or (found.size, found.distance) != (slot.dim, _DISTANCES[slot.distance]):
            said = f"{found.size} values by {found.distance.value}" if found else "nothing"
            wanted = f"{slot.dim} values by {_DISTANCES[slot.distance].value}"
            raise InvalidInput(f"the collection {collection!r} holds {slot.name} with {said}, not {wanted}", code="other_schema")
