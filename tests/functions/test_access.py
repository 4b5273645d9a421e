"""Who may call what, over HTTP: keys, scopes, user tokens, limits, and what of it is audited."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions import gateway, search_tracks
from functions.access import RULES
from recommender.ports.queues import Queue
from recommender.trust.audit import subject_of, verify
from recommender.trust.credentials import Scope
from tests.walks import Context, Walk, embedded


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """An embedded stack as it comes, on which nobody has shown a key yet."""
    monkeypatch.delenv("API_KEYS", raising=False)
    with embedded(tmp_path / "home") as opened:
        opened.key = None
        yield opened


def key(walk: Walk, *scopes: Scope, per_second: float = 1000, burst: int = 1000) -> str:
    return walk.app.access.mint("tested", scopes, now=datetime.now(UTC), per_second=per_second, burst=burst)[1]


def as_caller(walk: Walk, credential: str | None) -> Walk:
    walk.key = credential
    return walk


def rules_of_routes() -> set[tuple[str, str]]:
    routes = [*gateway.app._static_routes, *gateway.app._dynamic_routes, *search_tracks.app._static_routes]
    return {(route.method, route.path) for route in routes}


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    assert rules_of_routes() == set(RULES)


@pytest.mark.parametrize(("method", "rule"), sorted(RULES))
def test_without_a_key_only_health_and_the_description_answer(guarded: Walk, method: str, rule: str) -> None:
    path = rule.replace("<user_id>", "ada").replace("<track_id>", "t1").replace("<version>", "v1").replace("<receipt_id>", "r1")

    answer = guarded.call(method, path)

    if path in {"/health", "/openapi.json", "/docs"}:
        assert answer.status == 200
    else:
        assert (answer.status, answer.body["error"]["code"]) == (401, "unauthenticated")


def test_a_key_opens_what_its_scope_names_and_says_which_is_missing(guarded: Walk) -> None:
    reader = as_caller(guarded, key(guarded, Scope.READ))

    read = reader.call("GET", "/users/ada/recommendations")
    written = reader.call("PUT", "/tracks/t1", body={"title": "Blue"})
    switched = reader.call("POST", "/models/rollback")

    assert read.status == 200
    assert (written.status, written.body["error"]["code"]) == (403, "missing_scope")
    assert "ingest" in written.body["error"]["message"]
    assert switched.status == 403


def test_a_key_that_is_no_key_opens_nothing(guarded: Walk) -> None:
    answer = as_caller(guarded, "segue_0000_nothing").call("GET", "/models")

    assert answer.status == 401


def test_a_path_that_is_not_there_is_not_found_with_a_key_and_without(guarded: Walk) -> None:
    without = guarded.call("GET", "/nowhere")
    reader = as_caller(guarded, key(guarded, Scope.READ))

    assert (without.status, reader.call("GET", "/nowhere").status) == (404, 404)


def test_a_revoked_key_opens_nothing(guarded: Walk) -> None:
    made, credential = guarded.app.access.mint("tested", [Scope.READ], now=datetime.now(UTC))
    guarded.app.access.revoke(made.key_id, now=datetime.now(UTC))

    assert as_caller(guarded, credential).call("GET", "/models").status == 401


def test_a_user_s_token_reaches_that_user_alone(guarded: Walk) -> None:
    issued = as_caller(guarded, key(guarded, Scope.LISTEN)).call("POST", "/tokens", body={"user_id": "ada", "ttl_s": 60})
    ada = as_caller(guarded, issued.body["token"])

    own = [ada.call("GET", "/users/ada/taste"), ada.call("GET", "/users/ada/export"), ada.call("DELETE", "/users/ada")]
    others = [
        ada.call("GET", "/users/bob/taste"),
        ada.call("DELETE", "/users/bob"),
        ada.call("POST", "/interactions", body={"interactions": [{"user_id": "bob", "track_id": "t", "kind": "play"}]}),
        ada.call("GET", "/radio", query={"user_id": "bob", "seed_tracks": "t"}),
    ]
    keys_only = [
        ada.call("POST", "/tokens", body={"user_id": "ada"}),
        ada.call("GET", "/models"),
        ada.call("PUT", "/tracks/t", body={"title": "x"}),
    ]

    assert issued.status == 201
    assert [answer.status for answer in own] == [200, 200, 202]
    assert [(answer.status, answer.body["error"]["code"]) for answer in others] == [(403, "other_user")] * 4
    assert [answer.status for answer in keys_only] == [403] * 3


def test_a_caller_with_nothing_left_is_told_when_to_come_again(guarded: Walk) -> None:
    caller = as_caller(guarded, key(guarded, Scope.READ, per_second=0.1, burst=2))
    event = {
        "version": "2.0",
        "rawPath": "/models",
        "headers": {"x-api-key": caller.key},
        "requestContext": {"http": {"method": "GET", "path": "/models"}, "stage": "$default", "requestId": "r"},
        "isBase64Encoded": False,
    }

    answers = [gateway.handler(dict(event), Context()) for _ in range(3)]

    assert [answer["statusCode"] for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2]["headers"]["Retry-After"]) <= 10


def test_access_to_personal_data_is_audited_without_the_user_s_id_or_pseudonym(guarded: Walk) -> None:
    admin = as_caller(guarded, key(guarded, Scope.ADMIN))

    admin.call("GET", "/users/ada lovelace/taste")
    admin.call("GET", "/users/ada lovelace/export")
    admin.call("POST", "/models/rollback")
    admin.call("GET", "/models")

    acts = [entry.act for entry in guarded.app.stores.audit.entries() if entry.act.action != "keys.add"]
    pseudonym = guarded.app.pseudonyms.of("ada lovelace")
    assert [(act.action, act.outcome) for act in acts] == [
        ("taste.read", "done"),
        ("user.export", "done"),
        ("models.rollback", "nothing_to_roll_back_to"),
    ]
    assert acts[0].subject == subject_of(pseudonym)
    assert pseudonym not in repr(acts)
    assert "lovelace" not in repr(acts)
    assert verify(guarded.app.stores.audit.entries()).broken is None


def test_where_keys_are_not_required_a_token_still_reaches_its_own_user_only(walk: Walk) -> None:
    token = walk.call("POST", "/tokens", body={"user_id": "ada"}).body["token"]

    assert walk.call("GET", "/users/bob/taste").status == 200
    assert as_caller(walk, token).call("GET", "/users/bob/taste").status == 403
    assert walk.drain(Queue.INTERACTIONS) == 0
