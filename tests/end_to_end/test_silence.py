"""Nothing that the engine says of itself names a user or what somebody played: logs, output, metrics, audit, dead letters' reasons."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions import erase_user, record_interactions, refresh_tastes, report_quality, train_collaborative
from functions.access import RULES
from infra.local.queue_event import schedule_event
from recommender.errors import Unavailable
from recommender.ports.queues import Queue
from recommender.trust.credentials import Scope
from tests.overheard import all_that_is_said
from tests.walks import Context, Walk, sqs_event

USER = "ada-lovelace-1815"
TRACK = "played-by-ada-77"
TITLE = "Harbour Lights 1815"
BODIES: dict[tuple[str, str], object] = {
    ("PUT", "/users/<user_id>/preferences"): {"exclude_tracks": [TRACK], "pick_tracks": [TRACK]},
    ("POST", "/tokens"): {"user_id": USER},
    ("POST", "/playlists/continue"): {"user_id": USER, "track_ids": [TRACK]},
    ("POST", "/tracks/status"): {"track_ids": [TRACK]},
}


class Broken:
    """A use case, or a store, whose every call fails with what it was told."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def __getattr__(self, name: str) -> Any:
        raise self.fault


def listened(walk: Walk) -> None:
    tracks = [{"track_id": TRACK, "title": TITLE, "genres": ["ambient"]}, {"track_id": "t2", "title": "Other", "genres": ["ambient"]}]
    assert walk.call("POST", "/tracks", body={"tracks": tracks}).body["accepted"] == 2
    walk.drain(Queue.METADATA)
    acts = [{"user_id": USER, "track_id": TRACK, "kind": kind} for kind in ("play", "like", "skip", "ban", "unban", "save")]
    assert walk.call("POST", "/interactions", body={"interactions": acts}).body["accepted"] == len(acts)
    assert walk.drain(Queue.INTERACTIONS) == 0


def ask_everything(walk: Walk) -> None:
    """Call every route about the user, well and badly, with an administrator's key and with one that may not."""
    weak = walk.app.access.mint("weak", [Scope.INGEST], now=datetime.now(UTC))[1]
    strong, walk.key = walk.key, weak
    for key in (weak, None, strong):
        walk.key = key
        for (method, rule), asked in sorted(RULES.items()):
            path = rule.replace("<user_id>", USER).replace("<track_id>", TRACK).replace("<version>", TRACK).replace("<receipt_id>", USER)
            if (method, rule) in {("DELETE", "/users/<user_id>"), ("DELETE", "/tracks/<track_id>")} and asked.scope and key == strong:
                continue
            walk.call(
                method,
                path,
                body=BODIES.get((method, rule), {"interactions": [{"user_id": USER, TRACK: TITLE}]} if method != "GET" else None),
            )
            walk.call(
                method, path, query={"user_id": USER, "seed_tracks": TRACK, TITLE: USER}, body={USER: TITLE} if method != "GET" else None
            )
    walk.call("GET", f"/{USER}/{TRACK}")


def work() -> None:
    """Let every worker work, and fail on messages that say what they should not."""
    for handler in (refresh_tastes.handler, report_quality.handler, train_collaborative.handler):
        handler(schedule_event("Nightly", event_id="1", now=datetime.now(UTC)), Context())
    spoilt = json.dumps({"interactions": [{"user": USER, TITLE: TRACK}]})
    record_interactions.handler(sqs_event(("m1", spoilt), ("m2", USER + TRACK), queue="interactions"), Context())
    erase_user.handler(sqs_event(("m3", json.dumps({USER: TRACK})), ("m4", USER), queue="erasures"), Context())


def break_everything(walk: Walk) -> None:
    """Let stores and use cases fail with the user and the track in what they say."""
    for fault in (RuntimeError(f"{USER} played {TRACK}"), Unavailable(f"no place for {USER} and {TITLE}"), OSError(28, "No space", USER)):
        for name in ("recommend", "profiles", "choices", "listening", "search", "radio"):
            kept = walk.app.__dict__.get(name)
            walk.app.__dict__[name] = Broken(fault)
            walk.call("GET", f"/users/{USER}/recommendations")
            walk.call("GET", f"/users/{USER}/taste")
            walk.call("GET", "/search", query={"q": TITLE, "user_id": USER})
            walk.call("POST", "/interactions", body={"interactions": [{"user_id": USER, "track_id": TRACK, "kind": "like"}]})
            walk.app.__dict__.pop(name)
            if kept is not None:
                walk.app.__dict__[name] = kept


def told_by(walk: Walk, log: io.StringIO, captured: tuple[str, str]) -> dict[str, str]:
    """Return all that was said, by where."""
    audit = "\n".join(repr(entry) for entry in walk.app.stores.audit.entries())
    return {"log": log.getvalue(), "output": captured[0], "errors": captured[1], "metrics": walk.app.metrics.text() or "", "audit": audit}


def test_neither_the_user_nor_what_they_played_is_told_anywhere(either: Walk, capfd: pytest.CaptureFixture[str]) -> None:
    with all_that_is_said() as log:
        listened(either)
        ask_everything(either)
        work()
        break_everything(either)
        either.call("DELETE", f"/users/{USER}")
        either.drain(Queue.ERASURES)
        said = told_by(either, log, tuple(capfd.readouterr()))  # type: ignore[arg-type]  # a pair of texts

    names = {"user": USER, "pseudonym": either.app.pseudonyms.of(USER), "track": TRACK, "title": TITLE}
    found = [f"{what} in {where}" for where, text in said.items() for what, name in names.items() if name in text]
    assert "a request failed" in said["log"]
    assert found == []
