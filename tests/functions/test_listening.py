"""Listening over HTTP and queue: what is told shows in the taste, in words, and can be taken back."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions import record_interactions
from recommender.ports.queues import Queue
from recommender.tastes.taste import Taste
from tests.walks import Context, Walk, sqs_event, tone

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.fixture
def library(walk: Walk, tmp_path: Path) -> Walk:
    """A low and a high track."""
    for name, hertz, genre in (("low", 110, "bass"), ("high", 1760, "treble")):
        described = {"title": name, "artists": [f"The {name}s"], "genres": [genre]}
        uploaded = walk.upload(tone(tmp_path / f"{name}.wav", hertz=hertz), metadata=described)
        assert uploaded
    assert walk.drain(Queue.UPLOADS) == 0
    return walk


def named(walk: Walk) -> dict[str, str]:
    return {track.metadata.title: track.track_id for track in walk.app.stores.catalog.scroll(after=None, limit=10)}


def listen(walk: Walk, *acts: dict[str, Any]) -> Any:
    answer = walk.call("POST", "/interactions", body={"interactions": [{"user_id": "ada", **one} for one in acts]})
    assert answer.status == 202
    assert walk.drain(Queue.INTERACTIONS) == 0
    return answer.body


def shown(walk: Walk) -> Any:
    answer = walk.call("GET", "/users/ada/taste")
    assert answer.status == 200
    return answer.body


def test_a_taste_is_told_in_words(library: Walk) -> None:
    tracks = named(library)

    listen(library, {"track_id": tracks["low"], "kind": "save"}, {"track_id": tracks["high"], "kind": "skip", "heard_ms": 500})

    told = shown(library)
    mode = next(mode for mode in told["modes"] if mode["space"] == "audio")
    dislike = next(mode for mode in told["dislikes"] if mode["space"] == "audio")
    today = datetime.now(UTC).date().isoformat()
    assert mode["text"].startswith("100 % of what you like sounds like low by The lows (")
    assert mode["text"].endswith(f", since {today}.")
    assert mode["since"].startswith(today)
    assert (mode["genres"], [one["title"] for one in mode["exemplars"]]) == (["bass"], ["low"])
    assert dislike["text"].startswith("You turn away a little from what sounds like high by The highs")
    assert told["session"][0]["text"].startswith("What you like right now sounds like low by The lows")


def test_a_ban_is_told_with_its_end_and_can_be_lifted(library: Walk) -> None:
    track_id = named(library)["high"]
    earlier = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()

    listen(library, {"track_id": track_id, "kind": "ban", "until": TOMORROW, "at": earlier})
    banned = shown(library)["banned_tracks"]
    listen(library, {"track_id": track_id, "kind": "unban"})
    lifted = shown(library)

    assert [(one["track_id"], one["until"][:19]) for one in banned] == [(track_id, TOMORROW[:19])]
    assert (lifted["banned_tracks"], lifted["dislikes"]) == ([], [])


def test_only_a_ban_has_an_end(library: Walk) -> None:
    answer = listen(library, {"track_id": named(library)["high"], "kind": "like", "until": TOMORROW})

    assert answer["accepted"] == 0
    assert "until goes with a ban" in answer["rejected"][0]["message"]


def test_what_is_hidden_is_shown_with_its_end_and_kept_out_of_pages(library: Walk) -> None:
    track_id = named(library)["high"]
    asked = {
        "hide_tracks": [{"track_id": track_id, "until": TOMORROW}],
        "hide_artists": [{"artist": "The lows", "until": "2020-01-01T00:00:00Z"}],
    }

    kept = library.call("PUT", "/users/ada/preferences", body=asked)

    told = shown(library)
    page = library.call("GET", "/users/ada/recommendations").body["items"]
    assert kept.status == 200
    assert ([one["track_id"] for one in kept.body["hide_tracks"]], kept.body["hide_artists"]) == ([track_id], [])
    assert ([one["track_id"] for one in told["hidden_tracks"]], told["hidden_artists"]) == ([track_id], [])
    assert [item["track"]["title"] for item in page] == ["low"]
    assert library.call("PUT", "/users/ada/preferences", body=library.call("GET", "/users/ada/preferences").body).body == kept.body


def test_a_reset_taste_begins_anew_and_the_log_stays(library: Walk) -> None:
    listen(library, {"track_id": named(library)["low"], "kind": "save"})

    reset = library.call("POST", "/users/ada/taste/reset")

    exported = library.call("GET", "/users/ada/export").body
    assert (reset.status, reset.body["plays"], reset.body["modes"]) == (200, 0, [])
    assert reset.body["reset_at"] == shown(library)["reset_at"] is not None
    assert len(exported["interactions"]) == 1
    assert exported["preferences"]["reset_at"] is not None


def test_one_message_that_cannot_be_recorded_fails_alone_and_one_that_cannot_be_read_stops_no_other(
    library: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = named(library)
    bodies = [_message(library, user, tracks["low"]) for user in ("ann", "ben", "cat")]
    poison = library.app.pseudonyms.of("ben")
    tastes = library.app.stores.tastes
    put_many = tastes.put_many

    def refusing(told: list[Taste]) -> list[Taste]:
        if any(taste.user == poison for taste in told):
            raise ArithmeticError("this taste cannot be written")
        return put_many(told)

    monkeypatch.setattr(tastes, "put_many", refusing)

    event = sqs_event(("1", bodies[0]), ("2", bodies[1]), ("3", "{nonsense"), ("4", bodies[2]), queue="interactions")
    failed = record_interactions.handler(event, Context())

    kept = tastes.get_many([library.app.pseudonyms.of(user) for user in ("ann", "ben", "cat")])
    assert {one["itemIdentifier"] for one in failed["batchItemFailures"]} == {"2"}
    assert {taste.plays for taste in kept.values()} == {1}
    assert poison not in kept


def _message(library: Walk, user: str, track_id: str) -> str:
    act = {"interaction_id": user, "user": library.app.pseudonyms.of(user), "track_id": track_id, "kind": "play"}
    return json.dumps({"interactions": [{**act, "at": datetime.now(UTC).isoformat()}]})
