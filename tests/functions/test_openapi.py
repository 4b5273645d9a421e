"""The OpenAPI document and its page: complete, valid, and with nothing loaded from elsewhere."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions import gateway, search_tracks
from functions.openapi import document, routes_of
from tests.walks import Context, Walk, keyed


def fetched(path: str) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": {},
        "isBase64Encoded": False,
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default", "requestId": "tested"},
    }
    return gateway.handler(event, Context())


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_is_valid_openapi() -> None:
    faults = list(OpenAPIV31SpecValidator(document()).iter_errors())

    assert faults == []


@pytest.mark.usefixtures("walk")
def test_every_route_of_the_gateway_and_of_search_is_in_the_document() -> None:
    told = json.loads(fetched("/openapi.json")["body"])

    written = {f"{route.method} {route.openapi_path}" for app in (gateway.app, search_tracks.app) for route in routes_of(app)}

    assert {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods} == written


def test_every_call_says_what_it_answers_and_how_it_fails() -> None:
    for name, operation in operations():
        answers = operation["responses"]
        succeeding = [code for code in answers if code.startswith("2")]

        assert succeeding, name
        assert all("content" in answers[code] or code == "204" for code in succeeding), name
        assert {"422", "500", "503"} <= set(answers), name
        for code in set(answers) - set(succeeding):
            assert answers[code]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorAnswer"}, name
        assert operation["summary"], name


def test_names_of_calls_differ() -> None:
    names = [operation["operationId"] for _, operation in operations()]

    assert len(names) == len(set(names))


def test_bounds_lists_and_defaults_of_a_query_are_told() -> None:
    asked = {one["name"]: one for one in document()["paths"]["/users/{user_id}/recommendations"]["get"]["parameters"]}

    assert asked["limit"]["schema"]["maximum"] == 100
    assert asked["limit"]["schema"]["default"] == 20
    assert asked["genres"]["schema"]["type"] == "array"
    assert not asked["limit"]["required"]


def test_entries_of_batches_are_told_in_full() -> None:
    shapes = document()["components"]["schemas"]

    for name, operation in operations():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        shape = shapes.get(body.get("$ref", "").rsplit("/", maxsplit=1)[-1], {})
        for field, schema in shape.get("properties", {}).items():
            assert schema.get("items") != {"type": "object", "additionalProperties": True}, f"{name} {field}"


def test_only_health_and_the_api_itself_are_told_to_need_no_key() -> None:
    free = {name for name, operation in operations() if operation.get("security") == []}

    assert free == {"GET /health", "GET /openapi.json", "GET /docs"}
    assert document()["security"] == [{"bearer": []}, {"key": []}]


class Loaded(HTMLParser):
    """Collect what a page makes a browser load, and its tags that are not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [f"{tag} {name}={value}" for name, value in attrs if name in {"src", "srcset", "data"} or tag == "link"]
        self.loaded += [tag] if tag in {"script", "iframe", "object", "img"} else []
        self.open += [tag] if tag != "meta" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.usefixtures("walk")
def test_the_page_names_every_call_and_loads_nothing() -> None:
    answer = fetched("/docs")

    page = Loaded()
    page.feed(answer["body"])
    assert (int(answer["statusCode"]), answer["headers"]["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (page.loaded, page.open) == ([], [])
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]
    assert "url(" not in answer["body"]
    for name, operation in operations():
        assert f"<code>{name}</code>" in answer["body"], name
        assert f'id="{operation["operationId"]}"' in answer["body"]


@pytest.mark.usefixtures("walk")
def test_every_link_of_the_page_leads_somewhere() -> None:
    body = fetched("/docs")["body"]

    targets = set(re.findall(r'href="#([^"]+)"', body))

    assert targets <= set(re.findall(r'id="([^"]+)"', body))


def test_the_same_upload_asked_again_with_its_key_is_one_track(walk: Walk) -> None:
    def begun(key: str | None, filename: str) -> str:
        http = {"method": "POST", "path": "/uploads"}
        event = {
            "version": "2.0",
            "rawPath": "/uploads",
            "headers": {**keyed(), "content-type": "application/json", **({"idempotency-key": key} if key else {})},
            "requestContext": {"http": http, "stage": "$default", "requestId": "tested"},
            "isBase64Encoded": False,
            "body": json.dumps({"filename": filename}),
        }
        return str(json.loads(gateway.handler(event, Context())["body"])["track_id"])

    first, again, other, without = begun("one", "a.wav"), begun("one", "a.wav"), begun("one", "b.wav"), begun(None, "a.wav")

    assert first == again
    assert len({first, other, without}) == 3
    assert sum(walk.app.stores.catalog.counts().values()) == 3
