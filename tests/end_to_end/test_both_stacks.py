"""The walks of the product from end to end, the same on the embedded stack and on AWS's services."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from functions import refresh_tastes, train_collaborative
from infra.local.queue_event import schedule_event
from recommender.ports.queues import Queue
from tests.walks import Context, Walk, tone


def scheduled(name: str) -> dict[str, Any]:
    """Return what EventBridge hands over."""
    return schedule_event(name, event_id="1", now=datetime.now(UTC))


def described(walk: Walk, titles: Mapping[str, str]) -> None:
    """Let tracks be described and read; each by its title and its one genre."""
    tracks = [{"track_id": title, "title": title, "artists": ["Ada"], "genres": [genre]} for title, genre in titles.items()]
    assert walk.call("POST", "/tracks", body={"tracks": tracks}).body["accepted"] == len(tracks)
    assert walk.drain(Queue.METADATA) == 0


def acts(walk: Walk, *told: Mapping[str, Any]) -> None:
    """Let interactions be accepted and recorded."""
    for start in range(0, len(told), 500):
        accepted = walk.call("POST", "/interactions", body={"interactions": list(told[start : start + 500])})
        assert accepted.body["rejected"] == []
    assert walk.drain(Queue.INTERACTIONS) == 0


def titles(walk: Walk, user: str, **query: str) -> list[str]:
    """Return the titles of a user's next page."""
    page = walk.call("GET", f"/users/{user}/recommendations", query={"limit": "2", **query})
    assert page.status == 200
    return [item["track"]["title"] for item in page.body["items"]]


def test_an_upload_is_heard_read_and_found_by_its_sound(either: Walk, tmp_path: Path) -> None:
    for name, hertz in (("Low One", 110), ("Low Two", 116), ("High Ö & 1", 1760), ("High Two", 1865)):
        metadata = {"title": name, "artists": ["Ada"], "genres": ["tones"]}
        either.upload(tone(tmp_path / f"{hertz}.wav", hertz=hertz), filename=f"Tönë {name}+100%.wav", metadata=metadata)

    assert either.drain(Queue.UPLOADS) == 0

    tracks = {track.metadata.title: track.track_id for track in either.app.stores.catalog.scroll(after=None, limit=10)}
    shown = either.call("GET", f"/tracks/{tracks['High Ö & 1']}")
    alike = either.call("GET", f"/tracks/{tracks['High Ö & 1']}/similar", query={"space": "audio", "limit": "1"})
    assert (shown.body["status"], shown.body["duration_ms"], set(shown.body["versions"])) == ("ready", 3000, {"audio", "text"})
    assert [item["track"]["title"] for item in alike.body["items"]] == ["High Two"]
    assert list(either.app.stores.objects.keys("uploads/")) == []


def test_metadata_is_read_and_changes_what_is_alike(either: Walk) -> None:
    described(either, {"Blue Train": "jazz", "Giant Steps": "jazz", "Paranoid": "metal"})

    alike = either.call("GET", "/tracks/Blue Train/similar", query={"space": "text", "limit": "2"})

    assert alike.status == 200
    assert sorted(item["track"]["title"] for item in alike.body["items"]) == ["Giant Steps", "Paranoid"]
    assert either.call("DELETE", "/tracks/Paranoid").status == 204
    left = either.call("GET", "/tracks/Blue Train/similar", query={"space": "text", "limit": "2"})
    assert [item["track"]["title"] for item in left.body["items"]] == ["Giant Steps"]


def test_interactions_change_the_next_page_and_count_once(either: Walk) -> None:
    described(either, {f"Jazz {number}": "jazz" for number in range(4)} | {f"Metal {number}": "metal" for number in range(4)})
    like = {"user_id": "ada", "track_id": "Jazz 0", "kind": "like", "interaction_id": "1"}

    acts(either, like)
    acts(either, like, {"user_id": "ada", "track_id": "Metal 0", "kind": "ban", "interaction_id": "2"})

    assert titles(either, "ada", genres="jazz")[0].startswith("Jazz")
    assert "Metal 0" not in titles(either, "ada", limit="8")
    assert either.app.stores.interactions.count() == 2


def test_training_on_its_schedule_serves_a_version(either: Walk) -> None:
    names = {f"{genre} {number}": genre for genre in ("jazz", "metal") for number in range(12)}
    described(either, names)
    start = datetime.now(UTC) - timedelta(days=20)
    told = [
        {"user_id": f"u{user}", "track_id": f"{('jazz', 'metal')[user % 2]} {(user + step) % 12}", "kind": "play", "at": at.isoformat()}
        for user in range(24)
        for step in range(10)
        for at in [start + timedelta(days=step, minutes=user)]
    ]
    acts(either, *told)

    trained = train_collaborative.handler(scheduled("Nightly"), Context())
    refreshed = refresh_tastes.handler(scheduled("Hourly"), Context())

    versions = either.call("GET", "/models").body["items"]
    assert trained["version"] in [version["version"] for version in versions]
    assert refreshed["interactions_expired"] == 0
    assert either.app.stores.interactions.count() == 240


def test_an_erased_user_is_gone_with_a_receipt(either: Walk) -> None:
    described(either, {"Jazz 0": "jazz", "Jazz 1": "jazz"})
    acts(either, *({"user_id": user, "track_id": "Jazz 0", "kind": "like"} for user in ("ada", "bea")))
    titles(either, "ada")

    asked = either.call("DELETE", "/users/ada")
    assert either.drain(Queue.ERASURES) == 0

    receipt = either.app.stores.receipts.get(asked.body["receipt_id"])
    assert receipt is not None
    assert receipt["status"] == "erased"
    removed = receipt["removed"]
    assert isinstance(removed, dict)
    assert (removed["interactions"], removed["tastes"], removed["impressions"]) == (1, 1, 1)
    held = either.call("GET", "/users/ada/export").body
    assert (held["interactions"], held["taste"], held["impressions"]) == ([], None, [])
    assert [len(list(either.app.stores.interactions.users())), either.app.stores.interactions.count()] == [1, 1]


def test_health_tells_what_every_store_holds(either: Walk) -> None:
    described(either, {"Jazz 0": "jazz"})

    answer = either.call("GET", "/health")

    assert answer.status == 200
    assert '"ready": 1' in json.dumps(answer.body)
