"""Requests that are answered at once never see each other."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from infra.concurrent_resolver import ConcurrentResolver
from infra.local.gateway_event import HttpRequest, event_of


class Greeting(BaseModel):
    """A body."""

    name: str


def request(path: str, *, method: str = "GET", query: str = "", body: object = None) -> dict[str, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    sent = HttpRequest(method=method, raw_path=path, query=query, headers=[("content-type", "application/json")], body=content)
    return event_of(sent, route_key="ANY /{proxy+}", path_parameters={}, request_id="r", now=datetime(2026, 1, 1, tzinfo=UTC))


def answer(app: ConcurrentResolver, event: dict[str, Any]) -> Any:
    return json.loads(app.resolve(event, None)["body"])  # type: ignore[arg-type]  # no route here asks for the context


def test_two_requests_in_hand_at_once_keep_their_own_path_query_and_event() -> None:
    app = ConcurrentResolver(enable_validation=True)
    meeting = threading.Barrier(2)

    @app.get("/users/<user_id>")
    def user(user_id: str, limit: int) -> dict[str, object]:
        meeting.wait(10)
        return {"user": user_id, "limit": limit, "path": app.current_event.path}

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda n: answer(app, request(f"/users/u{n}", query=f"limit={n}")), (1, 2)))

    assert answers == [{"user": f"u{n}", "limit": n, "path": f"/users/u{n}"} for n in (1, 2)]


def test_many_requests_at_once_are_each_validated_against_their_own_body() -> None:
    app = ConcurrentResolver(enable_validation=True)

    @app.post("/greet")
    def greet(greeting: Greeting) -> dict[str, str]:
        return {"hello": greeting.name}

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: answer(app, request("/greet", method="POST", body={"name": str(n)})), range(200)))

    assert answers == [{"hello": str(n)} for n in range(200)]


def test_a_request_that_fails_leaves_nothing_to_the_next() -> None:
    app = ConcurrentResolver(enable_validation=True)

    @app.get("/fine")
    def fine() -> dict[str, list[str]]:
        return {"context": [name for name in app.context if not name.startswith("_")]}

    @app.exception_handler(ZeroDivisionError)
    def divided(_error: ZeroDivisionError) -> Response[str]:
        return Response(status_code=500, content_type="application/json", body='{"failed": "yes"}')

    @app.get("/bad")
    def bad() -> dict[str, str]:
        app.append_context(note="left over")
        raise ZeroDivisionError

    failed, fine_after = answer(app, request("/bad")), answer(app, request("/fine"))

    assert (failed, fine_after) == ({"failed": "yes"}, {"context": []})
