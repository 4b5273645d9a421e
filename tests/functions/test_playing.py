"""Radio, ways between tracks and playlists over HTTP: thirty sounds that are angles, on the embedded stack."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from recommender.payload import payload_of
from recommender.ports.index import Point
from recommender.ports.queues import Queue
from recommender.tracks import Metadata, Track, TrackStatus
from tests.recommender.engine import at_angle
from tests.walks import Answer, Walk, embedded


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Tracks at every third degree from 0 to 87, the first half rock and the second jazz, three by each artist."""
    with embedded(tmp_path_factory.mktemp("playing") / "home") as walk:
        _fill(walk)
        yield walk


def _fill(walk: Walk) -> None:
    tracks = [
        Track(
            track_id=f"at-{3 * number}",
            metadata=Metadata(
                title=f"Title {3 * number}",
                artists=(f"Artist {number % 10}",),
                genres=("rock" if number < 15 else "jazz",),
                duration_ms=200_000,
            ),
            added_at=datetime.now(UTC) - timedelta(days=100),
            status=TrackStatus.READY,
            attributes={"tempo": 100.0 + number, "energy": number / 30, "key": float(number % 12), "mode": 1.0},
            versions={"audio": "first"},
        )
        for number in range(30)
    ]
    stores = walk.app.stores
    stores.catalog.put_many(tracks)
    stores.serving.put(replace(stores.serving.get(), audio_version="first"))
    stores.index.upsert([Point(track.track_id, {"audio_a": at_angle(3.0 * at)}, payload_of(track)) for at, track in enumerate(tracks)])


def ids(answer: Answer) -> list[str]:
    """Return the tracks of an answer in order."""
    return [item["track"]["track_id"] for item in answer.body["items"]]


def test_a_way_leads_from_the_first_track_to_the_last_in_even_steps(library: Walk) -> None:
    answer = library.call("GET", "/path", query={"from": "at-0", "to": "at-81"})

    assert answer.status == 200
    assert ids(answer) == [f"at-{degrees}" for degrees in range(0, 82, 9)]
    assert [item["parts"]["step"] for item in answer.body["items"]][1:] == pytest.approx([9.0] * 9, abs=0.05)
    assert answer.body["items"][1]["because"] == {"text": "A step of 9° in sound from Title 0", "tracks": ["at-0"]}


def test_a_radio_goes_on_without_repeats_and_starts_over(library: Walk) -> None:
    answers = [library.call("GET", "/radio", query={"seed_tracks": "at-45", "limit": "10"})]
    for _ in range(3):
        answers.append(library.call("GET", "/radio", query={"after": answers[-1].body["next"], "limit": "10"}))

    played = list(itertools.chain.from_iterable(ids(answer) for answer in answers[:3]))
    assert [answer.status for answer in answers] == [200] * 4
    assert len(played) == len(set(played)) == 29
    assert [answer.body["started_over"] for answer in answers] == [False, False, False, True]
    assert set(answers[0].body["items"][0]) == {"track", "score", "source", "because", "parts"}


def test_a_radio_page_of_a_user_has_an_id_that_interactions_may_carry(library: Walk) -> None:
    page = library.call("GET", "/radio", query={"seed_genres": "jazz", "user_id": "ada", "limit": "3"})

    play = {"user_id": "ada", "track_id": ids(page)[0], "kind": "like", "recommendation_id": page.body["recommendation_id"]}
    accepted = library.call("POST", "/interactions", body={"interactions": [play]})

    assert accepted.body == {"accepted": 1, "rejected": []}
    assert library.drain(Queue.INTERACTIONS) == 0
    assert library.app.stores.impressions.get(page.body["recommendation_id"]) is not None


def test_a_list_is_continued_in_its_kind_within_the_filters(library: Walk) -> None:
    answer = library.call("POST", "/playlists/continue", body={"track_ids": ["at-57", "at-60"], "limit": 4, "genres": ["jazz"]})

    assert answer.status == 200
    assert len(ids(answer)) == 4
    assert set(ids(answer)) <= {f"at-{degrees}" for degrees in range(45, 90, 3)} - {"at-57", "at-60"}
    assert all(item["because"]["text"].startswith("Goes with Title ") for item in answer.body["items"])


@pytest.mark.parametrize("path", ["/radio", "/path", "/playlists/continue"])
def test_filters_that_leave_nothing_say_so(library: Walk, path: str) -> None:
    asked = {"/radio": {"seed_tracks": "at-0"}, "/path": {"from": "at-0", "to": "at-60"}}
    if path in asked:
        answer = library.call("GET", path, query={**asked[path], "genres": "polka"})
    else:
        answer = library.call("POST", path, body={"track_ids": ["at-0"], "genres": ["polka"]})

    assert answer.status == 200
    assert answer.body["why"]
    assert set(ids(answer)) <= {"at-0", "at-60"}


@pytest.mark.parametrize(
    ("path", "query", "code", "field"),
    [
        ("/path", {"from": "at-0"}, "missing", "to"),
        ("/path", {"to": "at-0"}, "missing", "from"),
        ("/path", {"from": "at-0", "to": "at-0"}, "same_track", "to"),
        ("/path", {"from": "nowhere", "to": "at-0"}, "unknown_track", "from"),
        ("/path", {"from": "at-0", "to": "at-9", "limit": "1"}, "greater_than_equal", "limit"),
        ("/path", {"from": "at-0", "to": "at-9", "limit": "101"}, "less_than_equal", "limit"),
        ("/radio", {}, "missing_seed", "seed_tracks"),
        ("/radio", {"seed_tracks": "nowhere"}, "unknown_seed", "seeds"),
        ("/radio", {"seed_tracks": "at-0", "limit": "0"}, "greater_than_equal", "limit"),
        ("/radio", {"after": "nonsense"}, "invalid_cursor", "after"),
        ("/radio", {"seed_tracks": "at-0", "arc": "up"}, "literal_error", "arc"),
        ("/radio", {"seed_tracks": "at-0", "colour": "blue"}, "unknown_parameter", "colour"),
    ],
)
def test_what_cannot_be_asked_is_refused(library: Walk, path: str, query: dict[str, str], code: str, field: str) -> None:
    answer = library.call("GET", path, query=query)

    assert answer.status == 422
    assert (answer.body["error"]["code"], answer.body["error"].get("field")) == (code, field)
    assert answer.body["error"]["message"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"track_ids": []}, "too_short", "track_ids"),
        ({"track_ids": ["at-0"] * 501}, "too_long", "track_ids"),
        ({"track_ids": ["at-0", "nowhere"]}, "unknown_track", "track_ids"),
        ({"track_ids": ["at-0"], "limit": 101}, "less_than_equal", "limit"),
        ({"track_ids": ["at-0"], "colour": "blue"}, "extra_forbidden", "colour"),
        ({}, "missing", "track_ids"),
    ],
)
def test_a_list_that_cannot_be_continued_is_refused(library: Walk, body: dict[str, object], code: str, field: str) -> None:
    answer = library.call("POST", "/playlists/continue", body=body)

    assert (answer.status, answer.body["error"]["code"], answer.body["error"]["field"]) == (422, code, field)
