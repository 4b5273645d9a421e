"""Every route for everybody: what no key opens, what each scope opens, and that a user's token reaches nobody else by any way."""

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions import gateway, search_tracks
from functions.access import RULES
from functions.openapi import document
from recommender.trust.audit import subject_of
from recommender.trust.credentials import Scope
from tests.walks import Answer, Context, Walk, embedded

SCOPES = list(Scope)
GUARDED = sorted(asked for asked, rule in RULES.items() if rule.scope is not None)
LOOK_ALIKES = (
    "bob",
    "Ada",
    "ADA",
    "\u0430da",
    "a\u0308da",
    "ada\u200b",
    "ada ",
    " ada",
    "ada\x00",
    "%61da",
    "ada%20",
    "../ada",
    "ada/../bob",
    "ada#",
    "ada?",
)
USERS = st.one_of(st.sampled_from(LOOK_ALIKES), st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)).filter(
    lambda one: one != "ada"
)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A stack whose doors are tried, by callers whose share is no matter."""
    with embedded(tmp_path_factory.mktemp("doors") / "home") as opened:
        yield opened


def filled(path: str, user: str = "ada") -> str:
    for name, value in (("user_id", user), ("track_id", "t1"), ("version", "v1"), ("receipt_id", "r1")):
        path = path.replace(f"<{name}>", value).replace(f"{{{name}}}", value)
    return path


def answered(walk: Walk, method: str, path: str, key: str | None, **said: Any) -> Answer:
    walk.key = key
    return walk.call(method, path, **said)


def made(walk: Walk, *scopes: Scope, lasting: timedelta | None = None) -> str:
    return walk.app.access.mint("tried", scopes, now=datetime.now(UTC), per_second=1e6, burst=1_000_000, lasting=lasting)[1]


@pytest.mark.parametrize("key", [None, "", "segue_", "segue_0_0", "x" * 5_000, "segueuser.e30.e30", "Ω", "segue_%00_%00"], ids=repr)
def test_no_call_of_the_description_answers_without_a_key(doors: Walk, key: str | None) -> None:
    doors.app.__dict__.pop("limits", None)
    calls = [(method.upper(), path, told) for path, methods in document()["paths"].items() for method, told in methods.items()]

    answers = {
        f"{method} {path}": answered(doors, method, filled(path), key).status for method, path, told in calls if told.get("security") != []
    }

    assert len(answers) == len(GUARDED)
    assert set(answers.values()) == {401}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_opens_exactly_the_routes_of_its_rule(doors: Walk, scope: Scope) -> None:
    key = made(doors, scope)

    opened = {asked for asked in GUARDED if answered(doors, asked[0], filled(asked[1]), key).status != 403}

    assert opened == {asked for asked in GUARDED if scope in {RULES[asked].scope, Scope.ADMIN}}


def token_of(walk: Walk, user: str) -> str:
    return walk.app.access.token(walk.app.pseudonyms.of(user), lasting=timedelta(minutes=5), now=datetime.now(UTC))


@example(asked=("POST", "/interactions"), place="encoded", other="bob")
@example(asked=("GET", "/radio"), place="twice", other="bob")
@given(asked=st.sampled_from(GUARDED), place=st.sampled_from(["path", "query", "twice", "body", "entry", "encoded"]), other=USERS)
def test_a_user_s_token_is_refused_wherever_a_request_names_somebody_else(
    doors: Walk, asked: tuple[str, str], place: str, other: str
) -> None:
    doors.app.__dict__.pop("limits", None)
    method, path = asked
    if place == "path" and "<user_id>" not in path:
        place = "query"
    said: dict[str, Any] = {
        "path": {},
        "query": {"query": {"user_id": other}},
        "twice": {"query": {"user_id": f"ada,{other}"}},
        "body": {"body": {"user_id": other, "track_ids": ["t1"]}},
        "entry": {"body": {"interactions": [{"user_id": "ada"}, {"user_id": other, "track_id": "t1", "kind": "play"}]}},
        "encoded": {"body": {"user_id": other}},
    }[place]

    status = sent(doors, method, filled(path, other if place == "path" else "ada"), encoded=place == "encoded", **said)

    assert status == 403


def sent(walk: Walk, method: str, path: str, *, encoded: bool, query: dict[str, str] | None = None, body: object = None) -> int:
    text = "" if body is None else json.dumps(body)
    event = {
        "version": "2.0",
        "rawPath": path,
        "headers": {"content-type": "application/json", "authorization": f"Bearer {token_of(walk, 'ada')}"},
        "queryStringParameters": query,
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default", "requestId": "tried"},
        "isBase64Encoded": encoded,
        "body": base64.b64encode(text.encode()).decode() if encoded else text,
    }
    handler = search_tracks.handler if path == "/search" else gateway.handler
    return int(handler(event, Context())["statusCode"])


def test_a_user_s_token_reaches_the_receipts_of_that_user_alone(doors: Walk) -> None:
    subjects = {name: subject_of(doors.app.pseudonyms.of(name)) for name in ("ada", "bob")}
    for name, subject in subjects.items():
        doors.app.stores.receipts.put(f"of-{name}", {"subject": subject, "status": "under_way"})

    statuses = {name: answered(doors, "GET", f"/receipts/of-{name}", token_of(doors, "ada")).status for name in subjects}

    assert statuses["bob"] == 403
    assert statuses["ada"] not in {401, 403}


def test_a_key_that_has_ended_opens_nothing_from_that_moment(doors: Walk) -> None:
    lasting = made(doors, Scope.READ, lasting=timedelta(days=1))
    ended = doors.app.access.mint("ended", [Scope.READ], now=datetime.now(UTC) - timedelta(days=2), lasting=timedelta(days=1))[1]

    answers = [answered(doors, "GET", "/models", key) for key in (lasting, ended)]

    assert [answer.status for answer in answers] == [200, 401]
    assert answers[1].body["error"]["code"] == "key_ended"


def test_a_call_takes_of_its_caller_s_share_by_the_size_of_its_body(doors: Walk) -> None:
    key = doors.app.access.mint("batches", [Scope.LISTEN], now=datetime.now(UTC), per_second=0.001, burst=4)[1]
    entries = [{"user_id": "ada", "track_id": "x" * 100, "kind": "play"}] * 300  # some 40,000 characters: three calls

    statuses = [answered(doors, "POST", "/interactions", key, body={"interactions": entries}).status for _ in range(2)]

    assert statuses == [202, 429]


def test_whoever_tries_keys_by_the_hundred_is_told_to_wait_and_holders_of_keys_are_not(doors: Walk) -> None:
    doors.app.__dict__.pop("limits", None)
    held, before = made(doors, Scope.READ), len(list(doors.app.stores.audit.entries()))

    tried = [answered(doors, "GET", "/models", "segue_0_0").status for _ in range(140)]

    assert (tried[0], tried[-1]) == (401, 429)
    assert answered(doors, "GET", "/models", held).status == 200
    assert len(list(doors.app.stores.audit.entries())) - before == tried.count(401)


def test_refused_calls_are_in_the_audit_log_with_who_tried_what_on_whom(doors: Walk) -> None:
    doors.app.__dict__.pop("limits", None)
    before = len(list(doors.app.stores.audit.entries()))
    made_key, credential = doors.app.access.mint("reader", [Scope.READ], now=datetime.now(UTC))

    answered(doors, "DELETE", "/users/bob", None)
    answered(doors, "DELETE", "/users/bob", credential)
    answered(doors, "POST", "/uploads", credential)

    acts = [entry.act for entry in doors.app.stores.audit.entries(after=before)]
    bob = subject_of(doors.app.pseudonyms.of("bob"))
    assert [(act.actor, act.action, act.subject, act.outcome) for act in acts] == [
        ("nobody", "user.erase", bob, "unauthenticated"),
        (made_key.key_id, "user.erase", bob, "missing_scope"),
        (made_key.key_id, "call.refused", "POST /uploads", "missing_scope"),
    ]


@pytest.mark.parametrize("depth", [100, 100_000])
def test_a_body_nested_to_no_end_is_refused_and_harms_nobody(doors: Walk, depth: int) -> None:
    body = "[" * depth + "]" * depth
    event = {
        "version": "2.0",
        "rawPath": "/interactions",
        "headers": {"content-type": "application/json", "authorization": f"Bearer {made(doors, Scope.LISTEN)}"},
        "requestContext": {"http": {"method": "POST", "path": "/interactions"}, "stage": "$default", "requestId": "tried"},
        "isBase64Encoded": False,
        "body": body,
    }

    assert int(gateway.handler(event, Context())["statusCode"]) == 422


def test_a_body_that_would_grow_when_unpacked_is_not_unpacked(doors: Walk) -> None:
    packed = gzip.compress(b'{"interactions": [' + b" " * 50_000_000 + b"]}")
    event = {
        "version": "2.0",
        "rawPath": "/interactions",
        "headers": {
            "content-type": "application/json",
            "content-encoding": "gzip",
            "authorization": f"Bearer {made(doors, Scope.LISTEN)}",
        },
        "requestContext": {"http": {"method": "POST", "path": "/interactions"}, "stage": "$default", "requestId": "tried"},
        "isBase64Encoded": True,
        "body": base64.b64encode(packed).decode(),
    }

    assert int(gateway.handler(event, Context())["statusCode"]) in {415, 422}
