"""The HTTP API: what it answers to good and to bad requests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from functions import gateway
from recommender.ports.queues import Queue
from tests.walks import Context, Walk, keyed, tone


@pytest.fixture
def library(walk: Walk, tmp_path: Path) -> Walk:
    """Four heard tracks: two low, two high."""
    for name, hertz, genre in (
        ("Low One", 110, "bass"),
        ("Low Two", 116, "bass"),
        ("High One", 1760, "treble"),
        ("High Two", 1865, "treble"),
    ):
        metadata = {"title": name, "artists": [name.split()[0]], "genres": [genre], "year": 1990 + hertz // 100}
        track_id = walk.upload(tone(tmp_path / f"{name}.wav", hertz=hertz), metadata=metadata)
        assert track_id
    assert walk.drain(Queue.UPLOADS) == 0
    return walk


def ids(walk: Walk) -> dict[str, str]:
    """Return track ids by title."""
    return {track.metadata.title: track.track_id for track in walk.app.stores.catalog.scroll(after=None, limit=100)}


def test_a_heard_track_shows_its_metadata_attributes_and_versions(library: Walk) -> None:
    track_id = ids(library)["Low One"]

    answer = library.call("GET", f"/tracks/{track_id}")

    assert answer.status == 200
    assert (answer.body["status"], answer.body["title"], answer.body["artists"]) == ("ready", "Low One", ["Low"])
    assert set(answer.body["versions"]) == {"audio", "text"}
    assert answer.body["duration_ms"] == 3000
    assert {"tempo", "energy", "key", "loudness"} <= set(answer.body["attributes"])


def test_what_sounds_alike_is_similar(library: Walk) -> None:
    named = ids(library)

    answer = library.call("GET", f"/tracks/{named['High One']}/similar", query={"space": "audio", "limit": "1"})

    assert [item["track"]["title"] for item in answer.body["items"]] == ["High Two"]


def test_a_play_shows_in_the_next_request(library: Walk) -> None:
    named = ids(library)
    before = library.call("GET", "/users/ada/recommendations", query={"limit": "2"})
    assert before.body["cold"]

    play = {"user_id": "ada", "track_id": named["Low One"], "kind": "like"}
    accepted = library.call("POST", "/interactions", body={"interactions": [play]})
    library.drain(Queue.INTERACTIONS)
    after = library.call("GET", "/users/ada/recommendations", query={"limit": "2"})

    assert (accepted.status, accepted.body) == (202, {"accepted": 1, "rejected": []})
    assert not after.body["cold"]
    assert "Low Two" in [item["track"]["title"] for item in after.body["items"]]
    assert after.body["items"][0]["because"]["text"]


def test_the_same_interaction_told_twice_counts_once(library: Walk) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    play = {"user_id": "ada", "track_id": ids(library)["Low One"], "kind": "play", "heard_ms": 3000, "at": at.isoformat()}

    for _ in range(2):
        library.call("POST", "/interactions", body={"interactions": [play, play]})
    library.drain(Queue.INTERACTIONS)

    assert library.app.stores.interactions.count() == 1


def test_a_bad_entry_of_a_batch_is_refused_alone(library: Walk) -> None:
    good = {"user_id": "ada", "track_id": ids(library)["Low One"], "kind": "play"}
    future = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    batch = [
        good,
        {**good, "track_id": "nowhere"},
        {**good, "kind": "adore"},
        {**good, "at": future},
        {**good, "user_id": "x" * 129},
        {**good, "user_id": "line\nbreak"},
        {**good, "colour": "blue"},
    ]

    answer = library.call("POST", "/interactions", body={"interactions": batch})

    assert answer.status == 202
    assert answer.body["accepted"] == 1
    assert [(entry["index"], entry["code"]) for entry in answer.body["rejected"]] == [
        (1, "unknown_track"),
        (2, "enum"),
        (3, "in_the_future"),
        (4, "string_too_long"),
        (5, "value_error"),
        (6, "extra_forbidden"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "status", "code", "field"),
    [
        ("GET", "/tracks/nowhere", None, None, 404, "unknown_track", "track_id"),
        ("DELETE", "/tracks/nowhere", None, None, 404, "unknown_track", "track_id"),
        ("GET", "/nowhere", None, None, 404, "unknown_path", None),
        ("GET", "/users/ada/recommendations", {"limit": "0"}, None, 422, "greater_than_equal", "limit"),
        ("GET", "/users/ada/recommendations", {"adventure": "2"}, None, 422, "less_than_equal", "adventure"),
        ("GET", "/users/ada/recommendations", {"year_min": "soon"}, None, 422, "int_parsing", "year_min"),
        ("GET", "/users/ada/recommendations", {"min_wobble": "1"}, None, 422, "unknown_parameter", "min_wobble"),
        ("GET", "/users/ada/recommendations", {"seed_tracks": "nowhere"}, None, 422, "unknown_seed", "seeds"),
        ("GET", "/tracks/nowhere/similar", {"space": "smell"}, None, 422, "literal_error", "space"),
        ("GET", f"/users/{'x' * 129}/recommendations", None, None, 422, "string_too_long", "user_id"),
        ("POST", "/interactions", None, {"interactions": []}, 422, "too_short", "interactions"),
        ("POST", "/interactions", None, {"interactions": [{}] * 501}, 422, "too_long", "interactions"),
        ("POST", "/interactions", None, {}, 422, "missing", "interactions"),
        ("POST", "/uploads", None, {"filename": "../.."}, 422, "invalid_filename", "filename"),
        ("PUT", "/tracks/one", None, {"title": ""}, 422, "string_too_short", "title"),
        ("POST", "/models/none/promote", None, None, 404, "unknown_version", "version"),
        ("POST", "/models/rollback", None, None, 409, "nothing_to_roll_back_to", None),
        ("GET", "/search", {"q": "x" * 10_000}, None, 422, "invalid_query", "q"),
        ("GET", "/search", None, None, 422, "missing", "q"),
    ],
)
def test_a_bad_request_is_answered_with_code_message_and_field(
    walk: Walk, method: str, path: str, query: dict[str, str] | None, body: object, status: int, code: str, field: str | None
) -> None:
    answer = walk.call(method, path, query=query, body=body)

    assert answer.status == status
    assert answer.body["error"]["code"] == code
    assert answer.body["error"]["message"]
    assert answer.body["error"].get("field") == field


@pytest.mark.usefixtures("walk")
def test_a_body_that_is_no_json_is_refused() -> None:
    event = {
        "version": "2.0",
        "rawPath": "/interactions",
        "headers": {**keyed(), "content-type": "application/json"},
        "body": "{",
        "isBase64Encoded": False,
    }
    event |= {"requestContext": {"http": {"method": "POST", "path": "/interactions"}, "stage": "$default", "requestId": "tested"}}

    answer = gateway.handler(event, Context())

    assert int(answer["statusCode"]) == 422


def test_filters_that_leave_nothing_give_an_empty_page_that_says_why(library: Walk) -> None:
    answer = library.call("GET", "/users/ada/recommendations", query={"genres": "polka"})

    assert answer.status == 200
    assert answer.body["items"] == []
    assert answer.body["why"] == "No track passes the filters."


def test_a_removed_track_is_gone_at_once(library: Walk) -> None:
    named = ids(library)

    gone = library.call("DELETE", f"/tracks/{named['High Two']}")
    similar = library.call("GET", f"/tracks/{named['High One']}/similar", query={"space": "audio"})

    assert gone.status == 204
    assert library.call("GET", f"/tracks/{named['High Two']}").status == 404
    assert "High Two" not in [item["track"]["title"] for item in similar.body["items"]]


@pytest.mark.parametrize(
    "track_id", ["a b", "a/b", "what?", "#1", 'say "so"', "50%", "50%25", "señal-ñ", "日本語", "a+b", "a&b=c", "x" * 128]
)
def test_an_id_may_hold_any_printable_character(walk: Walk, track_id: str) -> None:
    described = walk.call("PUT", f"/tracks/{track_id}", body={"title": "Any"})
    shown = walk.call("GET", f"/tracks/{track_id}")
    similar = walk.call("GET", f"/tracks/{track_id}/similar")
    page = walk.call("GET", f"/users/{track_id}/recommendations")

    assert (described.status, shown.status, page.status) == (202, 200, 200)
    assert shown.body["track_id"] == track_id
    assert similar.body["error"]["code"] == "no_vector"


def test_a_described_track_is_found_by_its_words(library: Walk) -> None:
    said = {"title": "Tuesday Rain", "artists": ["Marlow Finch"], "genres": ["folk"]}
    accepted = library.call("PUT", "/tracks/rain-1", body=said)
    library.drain(Queue.METADATA)

    found = library.call("GET", "/search", query={"q": "tuesday rain", "limit": "1"})

    assert (accepted.status, accepted.body["status"]) == (202, "queued")
    assert [item["track"]["track_id"] for item in found.body["items"]] == ["rain-1"]


def test_a_user_is_erased_everywhere_and_the_receipt_says_so(library: Walk) -> None:
    play = {"user_id": "ada", "track_id": ids(library)["Low One"], "kind": "like"}
    library.call("POST", "/interactions", body={"interactions": [play]})
    library.drain(Queue.INTERACTIONS)
    held = library.call("GET", "/users/ada/export")

    asked = library.call("DELETE", "/users/ada")
    library.drain(Queue.ERASURES)
    receipt = library.call("GET", f"/receipts/{asked.body['receipt_id']}")
    after = library.call("GET", "/users/ada/export")

    assert len(held.body["interactions"]) == 1
    assert (receipt.status, receipt.body["status"], receipt.body["removed"]["interactions"]) == (200, "erased", 1)
    assert (after.body["interactions"], after.body["taste"]) == ([], None)


def test_no_user_id_is_stored_in_the_clear(library: Walk, tmp_path: Path) -> None:
    play = {"user_id": "ada-lovelace-1815", "track_id": ids(library)["Low One"], "kind": "like"}
    library.call("POST", "/interactions", body={"interactions": [play]})
    library.drain(Queue.INTERACTIONS)
    library.call("GET", "/users/ada-lovelace-1815/recommendations")
    library.call("PUT", "/users/ada-lovelace-1815/preferences", body={"pick_genres": ["bass"]})

    holding = [path for path in (tmp_path / "home").rglob("*") if path.is_file() and b"ada-lovelace-1815" in path.read_bytes()]

    assert holding == []


def test_health_counts_what_is_there(library: Walk) -> None:
    answer = library.call("GET", "/health")

    assert answer.body["status"] == "ok"
    assert answer.body["stores"]["index"]["counts"] == {"points": 4}
    assert answer.body["stores"]["state"]["counts"]["ready"] == 4
