"""What the index on a server says over the wire, and how it takes the server's failures."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import UnexpectedResponse

from embeddings.spaces import SLOTS
from infra.qdrant_index import QdrantIndex
from recommender.errors import InvalidInput, Unavailable
from recommender.filters import AnyOf, Between, OneOfTracks, Where
from recommender.identity import point_id
from recommender.payload import FLOAT_FIELDS, INTEGER_FIELDS, KEYWORD_FIELDS
from recommender.ports.index import Named, Nearest, Point
from tests.contracts.indexes import FLAT, at

Answer = Callable[[httpx.Request], httpx.Response]


class Server:
    """Answer like a Qdrant server that has, or gets, one collection; ``fault`` comes before every answer."""

    def __init__(self, *, vectors: dict[str, object] | None = None, sparse: dict[str, object] | None = None) -> None:
        self.vectors = vectors
        self.sparse = sparse
        self.indexed: dict[str, str] = {}
        self.asked: list[tuple[str, str, Any]] = []
        self.fault: Answer | None = None

    def answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        self.asked.append((request.method, request.url.path, body))
        return (
            self.fault(request)
            if self.fault
            else httpx.Response(200, json={"result": self._result(request, body), "status": "ok", "time": 0.0})
        )

    def _result(self, request: httpx.Request, body: Any) -> object:
        match request.method, request.url.path.removeprefix("/collections/tracks"):
            case "GET", "/exists":
                return {"exists": self.vectors is not None}
            case "PUT", "":
                self.vectors, self.sparse = body["vectors"], body["sparse_vectors"]
                return True
            case "GET", "":
                return {
                    "status": "green",
                    "optimizer_status": "ok",
                    "segments_count": 1,
                    "update_queue": {"length": 0},
                    "config": {
                        "params": {"vectors": self.vectors, "sparse_vectors": self.sparse},
                        "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000},
                        "optimizer_config": {
                            "deleted_threshold": 0.2,
                            "vacuum_min_vector_number": 1000,
                            "default_segment_number": 0,
                            "flush_interval_sec": 5,
                        },
                    },
                    "payload_schema": {name: {"data_type": kind, "points": 0} for name, kind in self.indexed.items()},
                }
            case "PUT", "/index":
                self.indexed[body["field_name"]] = body["field_schema"]
            case "POST", "/points/query/batch":
                return [{"points": []} for _ in body["searches"]]
        return {"operation_id": 1, "status": "completed"}


def client_of(server: Server) -> QdrantClient:
    return QdrantClient(url="http://index.invalid", check_compatibility=False, transport=httpx.MockTransport(server.answer))


def opened(server: Server) -> QdrantIndex:
    index = QdrantIndex(client_of(server), slots=FLAT)
    server.asked.clear()
    return index


def test_a_missing_collection_is_made_with_every_slot_and_every_payload_index() -> None:
    server = Server()

    QdrantIndex(client_of(server))

    [made] = [body for method, path, body in server.asked if (method, path) == ("PUT", "/collections/tracks")]
    assert made["vectors"] == {slot.name: {"size": slot.dim, "distance": slot.distance.value.capitalize()} for slot in SLOTS.values()}
    assert made["sparse_vectors"] == {"names": {}}
    assert made["quantization_config"] == {"scalar": {"type": "int8", "always_ram": True}}
    assert server.indexed == {
        **dict.fromkeys(KEYWORD_FIELDS, "keyword"),
        **dict.fromkeys(INTEGER_FIELDS, "integer"),
        **dict.fromkeys(FLOAT_FIELDS, "float"),
    }


def test_a_collection_that_is_there_is_left_as_it_is() -> None:
    server = Server()
    QdrantIndex(client_of(server))
    server.asked.clear()

    QdrantIndex(client_of(server))

    assert [method for method, _, _ in server.asked] == ["GET", "GET"]


def test_a_collection_with_other_slots_is_refused_by_name() -> None:
    server = Server(vectors={"audio_a": {"size": 2, "distance": "Cosine"}, "text": {"size": 3, "distance": "Dot"}}, sparse={"names": {}})

    with pytest.raises(InvalidInput, match="holds audio_b with nothing, not 2 values by Cosine"):
        QdrantIndex(client_of(server), slots=FLAT)


def test_a_collection_without_names_is_refused() -> None:
    server = Server(vectors={slot.name: {"size": slot.dim, "distance": slot.distance.value.capitalize()} for slot in FLAT.values()})

    with pytest.raises(InvalidInput, match="holds no names"):
        QdrantIndex(client_of(server), slots=FLAT)


def test_names_are_written_and_asked_as_a_sparse_vector_beside_the_others() -> None:
    server = Server()
    index = opened(server)

    index.upsert([Point("t", {"audio_a": at(0)}, {}, {7: 0.5, 9: 1.5})])
    index.nearest([Named({9: 2.0}, limit=5), Nearest("audio_a", at(0), limit=5)])

    [(_, _, written), (_, path, asked)] = server.asked
    assert written["points"][0]["vector"] == {"audio_a": [1.0, 0.0], "names": {"indices": [7, 9], "values": [0.5, 1.5]}}
    assert path == "/collections/tracks/points/query/batch"
    assert [(one["using"], one["query"]["nearest"]) for one in asked["searches"]] == [
        ("names", {"indices": [9], "values": [2.0]}),
        ("audio_a", [1.0, 0.0]),
    ]


def test_all_queries_go_in_one_request_with_their_filters() -> None:
    server = Server()
    index = opened(server)
    where = Where(must=(AnyOf("genres", ("rock",)), Between("year", 1990, None)), must_not=(OneOfTracks(("t",)),))

    index.nearest([Nearest("audio_a", at(0), limit=5, where=where), Nearest("collab_b", at(90), limit=7)])

    [(method, path, body)] = server.asked
    assert (method, path) == ("POST", "/collections/tracks/points/query/batch")
    [first, second] = body["searches"]
    assert (first["query"], first["using"], first["limit"]) == ({"nearest": [1.0, 0.0]}, "audio_a", 5)
    assert first["filter"]["must"] == [{"key": "genres", "match": {"any": ["rock"]}}, {"key": "year", "range": {"gte": 1990.0}}]
    assert first["filter"]["must_not"] == [{"has_id": [point_id("t")]}]
    assert first["params"]["quantization"] == {"rescore": True, "oversampling": 2.0}
    assert (second["using"], second["limit"]) == ("collab_b", 7)


def refused(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused")


def late(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("timed out")


@pytest.mark.parametrize(
    "fault",
    [
        refused,
        late,
        lambda _: httpx.Response(500, text="panicked"),
        lambda _: httpx.Response(503, text="starting"),
        lambda _: httpx.Response(429, text="slow down"),
        lambda _: httpx.Response(429, headers={"Retry-After": "3"}, json={"status": {"error": "slow down"}}),
    ],
    ids=["refused", "late", "failing", "starting", "too many", "too many, with a pause"],
)
def test_a_server_that_cannot_answer_now_is_unavailable(fault: Answer) -> None:
    server = Server()
    index = opened(server)
    server.fault = fault

    with pytest.raises(Unavailable, match="tracks"):
        index.count(Where())
    with pytest.raises(Unavailable, match="tracks"):
        index.upsert([Point("t", {"audio_a": at(0)}, {})])


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_request_that_the_server_refuses_is_a_fault_to_be_seen(status: int) -> None:
    server = Server()
    index = opened(server)
    server.fault = lambda _: httpx.Response(status, text="no")

    with pytest.raises(UnexpectedResponse, match=str(status)):
        index.count(Where())


def test_a_server_out_of_reach_is_unavailable_from_the_start() -> None:
    server = Server()
    server.fault = refused

    with pytest.raises(Unavailable, match="ConnectError: connection refused"):
        QdrantIndex(client_of(server))
