"""Who may call what: a scope for every route, looked at before anything else of a request is read, and what of it is audited."""

import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from functions.said import said_in
from infra.foundations import NOBODY
from infra.wiring import app as wired
from recommender.errors import Forbidden, InvalidInput, SegueError, Unknown
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
# A call costs one of its caller's share, and one more for each so many characters of its body: a full batch is not one call.
PIECE_LENGTH: Final = 16_384
ANYBODY: Final = Caller(actor="anybody", scopes=frozenset({Scope.ADMIN}), per_second=math.inf, burst=1)
_IDS: Final = {"receipt_id": re.compile(r"[0-9a-f]{32}"), "version": re.compile(r"[0-9A-Fa-fTZ.:-]{1,64}")}
# A route that nobody thought of is for administrators.
UNLISTED: Final = Rule(scope=Scope.ADMIN, own=False)


def guard(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Let a call through if its caller may make it and has calls left; audit what touches personal data or the service, and refusals."""
    event, route = app.current_event, app.context["_route"]
    asked = (event.http_method, str(route.path))
    rule = RULES.get(asked, UNLISTED)
    if rule.scope is None:
        return next_middleware(app)
    now = datetime.now(UTC)
    try:
        caller = _caller(event.headers, now=now)
    except Unknown as error:
        _refused(rule, NOBODY, app, outcome=error.code)
        raise
    wired().limits.take(
        caller.user or caller.actor, per_second=caller.per_second, burst=caller.burst, now=time.monotonic(), cost=_cost(event.body)
    )
    try:
        _allow(caller, rule, app)
    except Forbidden as error:
        _refused(rule, caller.actor, app, outcome=error.code)
        raise
    return _audited(rule, caller, app, next_middleware, now=now)


def credential_of(headers: Mapping[str, str]) -> str | None:
    """Return the key or token of a request: ``Authorization: Bearer ...``, or ``X-Api-Key: ...``; ``None`` if it has neither."""
    named = {name.lower(): value for name, value in headers.items()}
    kind, _, bearer = named.get("authorization", "").partition(" ")
    given = bearer.strip() if kind.lower() == "bearer" else named.get("x-api-key", "").strip()
    return given or None


def _caller(headers: Mapping[str, str], *, now: datetime) -> Caller:
    """Return who calls; where no key is required, whoever sends none is an administrator."""
    credential = credential_of(headers)
    if credential is not None:
        return wired().access.caller(credential, now=now)
    if wired().settings.api_keys == "open":
        return ANYBODY
    raise Unknown("this call needs a key: send it as Authorization: Bearer KEY")


def _cost(body: str | None) -> float:
    """Return what a call takes of its caller's share: one, and one more for each full piece of its body."""
    return 1.0 + len(body or "") // PIECE_LENGTH


def _allow(caller: Caller, rule: Rule, app: APIGatewayHttpResolver) -> None:
    if caller.user is None:
        require(caller, rule.scope or Scope.ADMIN)
        return
    if not rule.own:
        raise Forbidden("a user's token does not reach this call: it needs a key", code="needs_key")
    for user_id in _users_named(app):
        require_user(caller, wired().pseudonyms.of(user_id))
    _require_own_receipt(caller.user, app)


def _require_own_receipt(user: str, app: APIGatewayHttpResolver) -> None:
    """Refuse a user's token the receipt of somebody else's erasure."""
    receipt_id = (app.context.get("_route_args") or {}).get("receipt_id")
    receipt = wired().stores.receipts.get(receipt_id) if receipt_id else None
    if receipt is not None and receipt.get("subject", subject_of(user)) != subject_of(user):
        raise Forbidden("a user's token reaches that user's receipts alone", code="other_user")


def _users_named(app: APIGatewayHttpResolver) -> Iterator[str]:
    """Yield every user id that a request names: in its path, its query or its body, read as the route reads them."""
    arguments = app.context.get("_route_args") or {}
    if "user_id" in arguments:
        yield arguments["user_id"]
    yield from app.current_event.resolved_query_string_parameters.get("user_id", ())
    try:
        body = said_in(app.current_event)
    except InvalidInput:  # nobody reads it: the route refuses it
        return
    entries = body.get("interactions", []) if isinstance(body, dict) else []
    for told in (body, *(entries if isinstance(entries, list) else [])):
        if isinstance(told, dict) and isinstance(told.get("user_id"), str):
            yield told["user_id"]


def _audited(rule: Rule, caller: Caller, app: APIGatewayHttpResolver, next_middleware: NextMiddleware, *, now: datetime) -> Response[Any]:
    """Answer, and write into the audit log how it ended; what cannot be written there is not answered."""
    if rule.action is None:
        return next_middleware(app)
    # read before the route puts what it has read in its place
    entry = partial(Act, at=now, actor=caller.actor, action=rule.action, subject=_subject(app))
    try:
        response = next_middleware(app)
    except Exception as error:
        wired().stores.audit.append(entry(outcome=error.code if isinstance(error, SegueError) else "failed"))
        raise
    wired().stores.audit.append(entry())
    return response


def _refused(rule: Rule, actor: str, app: APIGatewayHttpResolver, *, outcome: str) -> None:
    route = app.context["_route"]
    if rule.action is not None:
        wired().note_refusal(rule.action, subject=_subject(app), actor=actor, outcome=outcome)
    else:
        wired().note_refusal("call.refused", subject=f"{route.method} {route.path}", actor=actor, outcome=outcome)


def _subject(app: APIGatewayHttpResolver) -> str | None:
    """Return whose data a call is about, as the audit log names users, or else what it is about."""
    arguments = app.context.get("_route_args") or {}
    user_id = next(_users_named(app), None)
    if user_id is not None:
        return subject_of(wired().pseudonyms.of(user_id))
    return next((_named(name, str(value)) for name, value in arguments.items()), None)


def _named(parameter: str, value: str) -> str:
    """Return what a path names, as it may be written down for good: what is no id of ours may be of a person."""
    pattern = _IDS.get(parameter)
    return value[:128] if pattern is None or pattern.fullmatch(value) else "unknown"
