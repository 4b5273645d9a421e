"""Recommendations over HTTP: pages that go on, seeds with weights, reasons, and what is refused."""

from dataclasses import replace

import pytest

from recommender.payload import payload_of
from recommender.ports.index import Point
from recommender.serving import Serving
from recommender.tracks import Metadata, Track, TrackStatus
from tests.recommender.engine import ADDED, at_angle
from tests.walks import Walk


@pytest.fixture
def library(walk: Walk) -> Walk:
    """Thirty tracks, each an angle; 0 to 14 degrees are rock and 90 to 104 jazz."""
    stores = walk.app.stores
    stores.serving.put(_served(walk))
    for degrees in [*range(15), *range(90, 105)]:
        genre = "rock" if degrees < 90 else "jazz"
        metadata = Metadata(title=f"{genre} {degrees}", artists=(f"artist {degrees}",), genres=(genre,))
        track = Track(
            track_id=f"{genre}:{degrees}", metadata=metadata, added_at=ADDED, status=TrackStatus.READY, versions={"audio": "ear-1"}
        )
        stores.catalog.put(track)
        stores.index.upsert([Point(track.track_id, {"audio_a": at_angle(degrees)}, payload_of(track))])
    return walk


def _served(walk: Walk) -> Serving:
    return replace(walk.app.stores.serving.get(), audio_version="ear-1")


def shown(body: dict[str, object]) -> list[str]:
    return [item["track"]["track_id"] for item in body["items"]]  # type: ignore[union-attr, index, attr-defined]  # a page's body


def test_pages_go_on_without_repeats_to_the_end(library: Walk) -> None:
    seen: list[str] = []
    query = {"limit": "8"}
    while True:
        body = library.call("GET", "/users/ada/recommendations", query=query).body
        seen += shown(body)
        if body.get("next") is None:
            break
        query = {"limit": "8", "after": body["next"]}

    assert len(seen) == len(set(seen)) == 30


def test_seeds_have_weights_and_may_push_away(library: Walk) -> None:
    both = {"seed_tracks": "rock:5,jazz:95", "limit": "10"}

    even = shown(library.call("GET", "/users/ada/recommendations", query=both).body)
    heavy = shown(library.call("GET", "/users/ben/recommendations", query={**both, "seed_track_weights": "1,0.05"}).body)
    avoiding = {"seed_tracks": "rock:5", "avoid_genres": "jazz", "limit": "10"}
    away = shown(library.call("GET", "/users/cid/recommendations", query=avoiding).body)

    assert 3 <= sum(track_id.startswith("rock") for track_id in even) <= 7
    assert sum(track_id.startswith("rock") for track_id in heavy) >= 8
    assert all(track_id.startswith("rock") for track_id in away)


def test_each_track_says_what_brought_it_and_a_full_explanation_what_is_missing(library: Walk) -> None:
    query = {"seed_tracks": "rock:5", "limit": "3"}

    short = library.call("GET", "/users/ada/recommendations", query=query).body
    full = library.call("GET", "/users/ada/recommendations", query={**query, "explain": "full"}).body

    (first, *_) = short["items"]
    assert first["because"]["text"] == "Starts from rock 5 by artist 5"
    assert set(first["parts"]) == {"seed_audio"}
    assert "dropped" not in short or short["dropped"] is None
    assert {one["step"] for one in full["dropped"]} <= {"less_relevant", "diversity", "ignored"}
    assert not short["degraded"]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ({"seed_tracks": "nowhere,rock:5", "seed_artists": "nobody"}, "unknown_seed", "seeds"),
        ({"avoid_tracks": "nowhere"}, "unknown_seed", "seeds"),
        ({"seed_tracks": "rock:5", "seed_track_weights": "1,1"}, "weights_mismatch", "seed_track_weights"),
        ({"seed_tracks": "rock:5", "seed_track_weights": "-1"}, "greater_than", "seed_track_weights"),
        ({"after": "nonsense"}, "invalid_cursor", "after"),
        ({"explain": "everything"}, "literal_error", "explain"),
        ({"limit": "101"}, "less_than_equal", "limit"),
    ],
)
def test_a_bad_question_is_refused_by_name(library: Walk, query: dict[str, str], code: str, field: str) -> None:
    answer = library.call("GET", "/users/ada/recommendations", query=query)

    assert (answer.status, answer.body["error"]["code"]) == (422, code)
    assert str(answer.body["error"].get("field", "")).startswith(field)


def test_a_cursor_of_somebody_else_is_refused(library: Walk) -> None:
    cursor = library.call("GET", "/users/ada/recommendations", query={"limit": "3"}).body["next"]

    assert library.call("GET", "/users/ben/recommendations", query={"limit": "3", "after": cursor}).status == 422


def test_an_empty_page_says_why(library: Walk) -> None:
    answer = library.call("GET", "/users/ada/recommendations", query={"genres": "polka"})

    assert (answer.status, answer.body["items"], answer.body["why"]) == (200, [], "No track passes the filters.")
