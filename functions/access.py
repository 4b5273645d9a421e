"""Who may call what: a scope for every route, looked at before anything else of a request is read, and what of it is audited."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from infra.wiring import app as wired
from recommender.errors import Forbidden, SegueError, Unknown
from recommender.trust.access import require, require_user
from recommender.trust.audit import Act, subject_of
from recommender.trust.credentials import Caller, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may call a route.

    Attributes
    ----------
    scope
        What a key needs; ``None`` opens the route to everybody.
    own
        Whether a user's token may call it, for that user.
    action
        The name under which it is audited; ``None`` for what is neither personal data nor administration.
    """

    scope: Scope | None
    own: bool = True
    action: str | None = None


_READ: Final = Rule(scope=Scope.READ)
_INGEST: Final = Rule(scope=Scope.INGEST, own=False)
_OPEN: Final = Rule(scope=None)
RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("GET", "/health"): _OPEN,
    # They describe the API and hold nothing of anybody; a browser could not send a key for a page.
    ("GET", "/openapi.json"): _OPEN,
    ("GET", "/docs"): _OPEN,
    ("GET", "/metrics"): Rule(scope=Scope.READ, own=False),
    ("POST", "/uploads"): _INGEST,
    ("POST", "/tracks"): _INGEST,
    ("POST", "/tracks/status"): _READ,
    ("PUT", "/tracks/<track_id>"): _INGEST,
    ("GET", "/tracks/<track_id>"): _READ,
    ("DELETE", "/tracks/<track_id>"): Rule(scope=Scope.INGEST, own=False, action="track.delete"),
    ("GET", "/tracks/<track_id>/similar"): _READ,
    ("GET", "/search"): _READ,
    ("GET", "/radio"): _READ,
    ("GET", "/path"): _READ,
    ("POST", "/playlists/continue"): _READ,
    ("POST", "/interactions"): Rule(scope=Scope.LISTEN),
    ("POST", "/tokens"): Rule(scope=Scope.LISTEN, own=False, action="token.issue"),
    ("GET", "/users/<user_id>/recommendations"): _READ,
    ("GET", "/users/<user_id>/taste"): Rule(scope=Scope.READ, action="taste.read"),
    ("POST", "/users/<user_id>/taste/reset"): Rule(scope=Scope.LISTEN, action="taste.reset"),
    ("GET", "/users/<user_id>/preferences"): Rule(scope=Scope.READ, action="preferences.read"),
    ("PUT", "/users/<user_id>/preferences"): Rule(scope=Scope.LISTEN, action="preferences.write"),
    ("GET", "/users/<user_id>/export"): Rule(scope=Scope.ADMIN, action="user.export"),
    ("DELETE", "/users/<user_id>"): Rule(scope=Scope.ADMIN, action="user.erase"),
    ("GET", "/receipts/<receipt_id>"): Rule(scope=Scope.READ, action="receipt.read"),
    ("GET", "/models"): Rule(scope=Scope.READ, own=False),
    ("GET", "/models/training"): Rule(scope=Scope.READ, own=False),
    ("GET", "/models/<version>/report"): Rule(scope=Scope.READ, own=False),
    ("POST", "/models/rollback"): Rule(scope=Scope.ADMIN, own=False, action="models.rollback"),
    ("POST", "/models/<version>/promote"): Rule(scope=Scope.ADMIN, own=False, action="models.promote"),
}
ANYBODY: Final = Caller(actor="anybody", scopes=frozenset({Scope.ADMIN}), per_second=math.inf, burst=1)
# A route that nobody thought of is for administrators.
_UNLISTED: Final = Rule(scope=Scope.ADMIN, own=False)


def guard(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Let a call through if its caller may make it and has calls left; audit what touches personal data or the service."""
    event, route = app.current_event, app.context["_route"]
    rule = RULES.get((event.http_method, str(route.path)), _UNLISTED)
    if rule.scope is None:
        return next_middleware(app)
    now = datetime.now(UTC)
    caller = _caller(event.headers, now=now)
    try:
        _allow(caller, rule, app)
        response = next_middleware(app)
    except SegueError as error:
        _note(rule, caller, app, outcome=error.code, now=now)
        raise
    _note(rule, caller, app, outcome="done", now=now)
    return response


def _caller(headers: Mapping[str, str], *, now: datetime) -> Caller:
    """Return who calls, with one call taken from their share; where no key is required, whoever sends none is an administrator."""
    credential = credential_of(headers)
    if credential is None:
        if wired().settings.api_keys == "open":
            return ANYBODY
        raise Unknown("this call needs a key: send it as Authorization: Bearer KEY")
    caller = wired().access.caller(credential, now=now)
    wired().limits.take(caller.user or caller.actor, per_second=caller.per_second, burst=caller.burst, now=time.monotonic())
    return caller


def credential_of(headers: Mapping[str, str]) -> str | None:
    """Return the key or token of a request: ``Authorization: Bearer ...``, or ``X-Api-Key: ...``; ``None`` if it has neither."""
    named = {name.lower(): value for name, value in headers.items()}
    kind, _, bearer = named.get("authorization", "").partition(" ")
    given = bearer.strip() if kind.lower() == "bearer" else named.get("x-api-key", "").strip()
    return given or None


def _allow(caller: Caller, rule: Rule, app: APIGatewayHttpResolver) -> None:
    if caller.user is None:
        require(caller, rule.scope or Scope.ADMIN)
        return
    if not rule.own:
        raise Forbidden("a user's token does not reach this call: it needs a key", code="needs_key")
    for user_id in _users_named(app):
        require_user(caller, wired().pseudonyms.of(user_id))


def _users_named(app: APIGatewayHttpResolver) -> Iterator[str]:
    """Yield every user id that a request names: in its path, its query or its body."""
    arguments = app.context.get("_route_args") or {}
    if "user_id" in arguments:
        yield arguments["user_id"]
    query = app.current_event.query_string_parameters or {}
    if "user_id" in query:
        yield query["user_id"]
    try:
        body = json.loads(app.current_event.body or "null")
    except ValueError:
        return
    entries = body.get("interactions", []) if isinstance(body, dict) else []
    for told in (body, *(entries if isinstance(entries, list) else [])):
        if isinstance(told, dict) and isinstance(told.get("user_id"), str):
            yield told["user_id"]


def _note(rule: Rule, caller: Caller, app: APIGatewayHttpResolver, *, outcome: str, now: datetime) -> None:
    if rule.action is None:
        return
    arguments = app.context.get("_route_args") or {}
    user_id = arguments.get("user_id") or next(_users_named(app), None)
    named = next((value for name, value in arguments.items() if name != "user_id"), None)
    subject = subject_of(wired().pseudonyms.of(user_id)) if user_id else named
    wired().stores.audit.append(Act(at=now, actor=caller.actor, action=rule.action, subject=subject, outcome=outcome))
