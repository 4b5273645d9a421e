"""Model versions over the API: listed with their figures, reported on, promoted, rolled back, and told on the tracks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from functions import gateway, train_collaborative
from recommender.interactions import Interaction, Kind
from recommender.ports.index import Point
from recommender.tracks import Metadata, Track, TrackStatus
from recommender.training.progress import at_step
from tests.walks import Context, Walk, keyed

EVENT: dict[str, object] = {"source": "tested"}


@pytest.fixture
def library(walk: Walk) -> Walk:
    """Twelve play only low tracks, twelve only high ones; one track was never played."""
    stores, now = walk.app.stores, datetime.now(UTC)
    stores.serving.put(replace(stores.serving.get(), text_version="words"))
    names = [f"{kind}{number:02}" for kind in ("low", "high") for number in range(16)]
    for place, name in enumerate([*names, "unplayed"]):
        vector = np.zeros(384, np.float32)
        vector[place % 16], vector[100 + place // 16] = 0.3, 1.0
        said = Metadata(title=name.title(), artists=(f"Artist {place // 4}",))
        stores.catalog.put(Track(track_id=name, metadata=said, added_at=now, status=TrackStatus.READY))
        stores.index.upsert([Point(name, {"text": vector}, {"artists": [f"artist {place // 4}"]})])
    acts = [
        Interaction(
            interaction_id=f"{kind} {user} {step}",
            user=f"{kind} {user}",
            track_id=f"{kind}{(user + step) % 16:02}",
            kind=Kind.PLAY,
            at=now - timedelta(days=20 - step),
            share=1.0,
        )
        for kind in ("low", "high")
        for user in range(12)
        for step in range(8)
    ]
    stores.interactions.append(acts)
    return walk


def train() -> dict[str, object]:
    return train_collaborative.handler(EVENT, Context())  # type: ignore[arg-type]  # all that the handler asks of a context


def test_a_training_is_listed_with_what_it_was_made_from_and_serves(library: Walk) -> None:
    answer = train()

    (item,) = library.call("GET", "/models").body["items"]
    assert (answer["published"], answer["refusal"]) == (True, None)
    assert (item["version"], item["serving"], item["former"]) == (answer["version"], True, False)
    assert (item["users"], item["tracks"], item["interactions"]) == (24, 32, 192)
    assert item["parameters"]["dim"] > 0
    assert item["code_version"]
    assert item["metrics"]["ndcg@20"] > item["metrics"]["popularity_ndcg@20"]


def test_a_track_says_whether_its_collaborative_vector_is_predicted(library: Walk) -> None:
    before = library.call("GET", "/tracks/unplayed").body
    version = train()["version"]

    played, unplayed = (library.call("GET", f"/tracks/{track_id}").body for track_id in ("low00", "unplayed"))

    assert (before["predicted"], "collab" in before["versions"]) == ([], False)
    assert (played["predicted"], played["versions"]["collab"]) == ([], version)
    assert (unplayed["predicted"], unplayed["versions"]["collab"]) == (["collab"], version)


def test_a_report_is_a_page_for_browsers_and_a_document_for_programs(library: Walk) -> None:
    version = train()["version"]

    page = gateway.handler(request(f"/models/{version}/report"), Context())  # type: ignore[arg-type]  # as above
    document = library.call("GET", f"/models/{version}/report", query={"form": "json"})

    assert page["body"].startswith("<!doctype html>")
    assert "text/html" in str(page.get("headers") or page.get("multiValueHeaders"))
    assert document.body == {"version": version, "html": page["body"]}


def test_what_cannot_be_served_or_shown_is_refused_by_name(library: Walk) -> None:
    version = str(train()["version"])
    refused = str(train()["version"])

    answers = [
        library.call("GET", "/models/nowhere/report"),
        library.call("GET", f"/models/{version}/report", query={"form": "pdf"}),
        library.call("POST", "/models/nowhere/promote"),
        library.call("POST", f"/models/{refused}/promote"),
        library.call("POST", "/models/rollback"),
    ]

    told = [(answer.status, answer.body["error"]["code"]) for answer in answers]
    assert told == [
        (404, "unknown_version"),
        (422, "literal_error"),
        (404, "unknown_version"),
        (422, "refused_version"),
        (409, "nothing_to_roll_back_to"),
    ]


def test_after_a_second_version_a_rollback_serves_the_first_again(library: Walk) -> None:
    first = train()["version"]
    stores = library.app.stores
    (act,) = stores.interactions.of_user("low 0", limit=1)
    stores.interactions.append([replace(act, interaction_id="new", track_id="low15", at=datetime.now(UTC))])
    second = train()["version"]

    rolled = library.call("POST", "/models/rollback")
    promoted = library.call("POST", f"/models/{second}/promote")

    assert (rolled.body["serving"], promoted.body["serving"]) == (first, second)
    listed = {item["version"]: (item["serving"], item["former"]) for item in library.call("GET", "/models").body["items"]}
    assert listed == {second: (True, False), first: (False, True)}


def test_a_training_that_runs_can_be_watched_and_one_that_died_is_not(walk: Walk) -> None:
    now = datetime.now(UTC)
    idle = walk.call("GET", "/models/training").body
    walk.app.progress.write(at_step("tuning", detail="recipe 2 of at most 6"), now=now)
    running = walk.call("GET", "/models/training").body
    walk.app.progress.write(at_step("tuning"), now=now - timedelta(hours=2))

    died = walk.call("GET", "/models/training").body

    assert (idle["running"], died["running"]) == (False, False)
    assert running == {"running": True, "step": "tuning", "done": 2, "total": 9, "detail": "recipe 2 of at most 6"}


def test_too_little_listening_is_an_answer_and_leaves_no_progress_behind(walk: Walk) -> None:
    answer = train()

    assert answer["version"] is None
    assert "too few to learn from" in str(answer["refusal"])
    assert walk.call("GET", "/models/training").body["running"] is False


def request(path: str) -> dict[str, object]:
    """Return API Gateway's event of a GET."""
    http = {"method": "GET", "path": path}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": keyed(),
        "requestContext": {"http": http, "stage": "$default", "requestId": "tested"},
        "isBase64Encoded": False,
    }
