"""Requests as no client of ours makes them: bodies that are no JSON, methods that a path does not have."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions import gateway
from tests.fuzz.drawn import JSON, MONSTERS
from tests.walks import Context, Walk

CALLS = [
    ("POST", "/interactions"),
    ("POST", "/tracks"),
    ("POST", "/tracks/status"),
    ("POST", "/uploads"),
    ("POST", "/tokens"),
    ("POST", "/playlists/continue"),
    ("PUT", "/tracks/t1"),
    ("PUT", "/users/ada/preferences"),
]


def sent(walk: Walk, method: str, path: str, body: bytes, *, kind: str = "application/json", key: str | None = None) -> tuple[int, Any]:
    """Send a body as API Gateway hands over what it does not take for text, and return status and answer, which is JSON in UTF-8."""
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": kind, "authorization": f"Bearer {key or walk.key}"},
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default", "requestId": "tested"},
        "isBase64Encoded": True,
        "body": base64.b64encode(body).decode(),
    }
    answer = gateway.handler(event, Context())  # type: ignore[arg-type]  # all that a handler asks of a context
    answer["body"].encode()
    return int(answer["statusCode"]), {**json.loads(answer["body"]), "headers": answer["headers"]}


@given(
    call=st.sampled_from(CALLS), body=JSON.map(lambda told: json.dumps(told).encode()) | MONSTERS.map(str.encode) | st.binary(max_size=60)
)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_body_is_taken_or_refused_in_words(walk: Walk, call: tuple[str, str], body: bytes) -> None:
    status, answer = sent(walk, *call, body)

    assert 200 <= status < 500
    assert status < 300 or answer["error"]["message"]


@pytest.mark.parametrize("body", [b"\xff\xfe{", b"[" * 100_000, b"1" * 10_000, b"NaN", b'{"user_id": "\\ud800"}', b"{"])
def test_a_body_that_no_reader_of_json_follows_is_refused_as_such(walk: Walk, body: bytes) -> None:
    status, answer = sent(walk, "POST", "/tokens", body)

    assert (status, answer["error"]["code"]) == (422, "json_invalid")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"]
)
def test_a_body_that_is_told_to_be_no_json_is_refused(walk: Walk, kind: str) -> None:
    status, answer = sent(walk, "POST", "/tokens", b'{"user_id": "ada"}', kind=kind)

    assert (status, answer["error"]["code"]) == (415, "unsupported_media_type")


def test_a_token_reaches_no_other_user_by_a_body_in_base64(walk: Walk) -> None:
    token = walk.call("POST", "/tokens", body={"user_id": "ada"}).body["token"]
    act = {"user_id": "bob", "track_id": "t1", "kind": "like"}

    status, answer = sent(walk, "POST", "/interactions", json.dumps({"interactions": [act]}).encode(), key=token)

    assert (status, answer["error"]["code"]) == (403, "other_user")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/users/ada/taste", "GET"),
        ("DELETE", "/users/ada/preferences", "GET, PUT"),
        ("PUT", "/tracks/status", "POST"),
        ("TRACE", "/search", "GET"),
        ("PATCH", "/tracks/t1", "DELETE, GET, PUT"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(walk: Walk, method: str, path: str, allowed: str) -> None:
    status, answer = sent(walk, method, path, b"")

    assert (status, answer["error"]["code"], answer["headers"]["Allow"]) == (405, "method_not_allowed", allowed)
