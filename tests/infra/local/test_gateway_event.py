"""Requests become API Gateway's events, and answers become responses."""

import base64
from datetime import UTC, datetime

import pytest

from infra.local.gateway_event import HttpRequest, event_of, response_of
from infra.local.routes import Routes
from infra.local.template import Plan, PlannedFunction, Route

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def event(request: HttpRequest) -> dict[str, object]:
    return event_of(request, route_key="ANY /{proxy+}", path_parameters={"proxy": "x"}, request_id="r-1", now=NOON)


def planned(name: str, *routes: Route) -> PlannedFunction:
    return PlannedFunction(name=name, handler=f"{name}.handler", timeout_s=1, memory_mb=128, routes=routes)


def test_a_request_becomes_an_event_of_format_2() -> None:
    request = HttpRequest(method="GET", raw_path="/tracks/a%20b", query="limit=5", headers=[("host", "localhost:8000")])

    told = event(request)

    assert (told["version"], told["rawPath"], told["rawQueryString"]) == ("2.0", "/tracks/a b", "limit=5")
    assert told["queryStringParameters"] == {"limit": "5"}
    assert told["requestContext"]["http"]["method"] == "GET"  # type: ignore[index]  # an event is JSON
    assert told["requestContext"]["time"] == "01/May/2026:12:00:00 +0000"  # type: ignore[index]  # as above
    assert "body" not in told


def test_repeated_query_values_and_headers_are_joined_by_commas() -> None:
    request = HttpRequest(method="GET", raw_path="/", query="genre=folk&genre=jazz&empty=", headers=[("accept", "a"), ("accept", "b")])

    told = event(request)

    assert told["queryStringParameters"] == {"genre": "folk,jazz", "empty": ""}
    assert told["headers"] == {"accept": "a,b"}


def test_cookies_have_a_list_of_their_own() -> None:
    request = HttpRequest(method="GET", raw_path="/", headers=[("cookie", "a=1; b=2")])

    told = event(request)

    assert told["cookies"] == ["a=1", "b=2"]
    assert told["headers"] == {}


@pytest.mark.parametrize(
    ("content_type", "body", "expected", "is_base64"),
    [
        ("application/json", b'{"a": "\xc3\xa9"}', '{"a": "é"}', False),
        ("application/json", b"\xff", base64.b64encode(b"\xff").decode(), True),
        ("audio/flac", b"fLaC", base64.b64encode(b"fLaC").decode(), True),
    ],
)
def test_only_text_comes_unencoded(content_type: str, body: bytes, expected: str, is_base64: bool) -> None:  # noqa: FBT001 - a parameter of the case
    request = HttpRequest(method="POST", raw_path="/", headers=[("content-type", content_type)], body=body)

    told = event(request)

    assert (told["body"], told["isBase64Encoded"]) == (expected, is_base64)


def test_an_answer_becomes_a_response() -> None:
    answer = {"statusCode": 201, "headers": {"X-A": "b", "Content-Length": "999"}, "cookies": ["a=1", "b=2"], "body": "é"}

    response = response_of(answer)

    assert (response.status, response.body) == (201, "é".encode())
    assert list(response.headers) == [("X-A", "b"), ("set-cookie", "a=1"), ("set-cookie", "b=2"), ("content-type", "application/json")]


def test_a_binary_answer_is_decoded() -> None:
    response = response_of({"statusCode": 200, "body": base64.b64encode(b"\x00\xff").decode(), "isBase64Encoded": True})

    assert response.body == b"\x00\xff"


def test_an_answer_without_a_status_is_the_body() -> None:
    response = response_of({"hello": "world"})

    assert (response.status, response.body) == (200, b'{"hello": "world"}')


def test_the_most_specific_route_answers() -> None:
    everything, search, track = (
        planned("everything", Route("ANY", "/{proxy+}")),
        planned("search", Route("GET", "/search")),
        planned("track", Route("GET", "/tracks/{id}")),
    )
    routes = Routes(Plan((everything, search, track), {}))

    answered = {
        (method, path): match.function.name
        for method, path in [("GET", "/search"), ("POST", "/search"), ("GET", "/tracks/1"), ("GET", "/tracks/1/similar")]
        if (match := routes.match(method, path))
    }

    assert list(answered.values()) == ["search", "everything", "track", "everything"]


def test_path_parameters_are_decoded_and_nothing_matches_the_bare_root() -> None:
    routes = Routes(Plan((planned("all", Route("ANY", "/{proxy+}"), Route("GET", "/tracks/{id}")),), {}))

    match = routes.match("GET", "/tracks/a%20b")

    assert match is not None
    assert match.path_parameters == {"id": "a b"}
    assert routes.match("GET", "/") is None
