"""kill -9 in the middle of swaps leaves one version serving, whole, with its own vectors and no others."""

import threading
from pathlib import Path

import httpx

from recommender.ports.queues import Queue
from recommender.serving import Serving
from tests.end_to_end.hosts import RunningHost, hosting
from tests.recommender.versions import publish
from tests.walks import Walk, embedded

MARKS = {"v1": 1.0, "v2": 2.0}
TRACKS = ("rock", "jazz")


def test_a_kill_in_a_swap_leaves_a_whole_version_serving(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with embedded(home) as walk:
        for name in TRACKS:
            assert walk.call("PUT", f"/tracks/{name}", body={"title": name, "artists": [name]}).status == 202
        assert walk.drain(Queue.METADATA) == 0
        for version, mark in MARKS.items():
            publish(walk.app.models, version, {"rock": 45 * mark, "jazz": 135}, mark=mark)

    seen: list[tuple[Serving, str | None, dict[str, float]]] = []
    for delay_s in (0.05, 0.3):
        with hosting(home) as host:
            killer = threading.Timer(delay_s, host.process.kill)
            killer.start()
            told = swapped_until_dead(host)
            killer.join()
        with embedded(home) as walk:
            seen.append((walk.app.stores.serving.get(), told, marks_of(walk)))

    for serving, told, marks in seen:
        assert told is None or serving.collab_version is not None
        if serving.collab_version is not None:
            walk.app.models.verify(serving.collab_version)
            assert marks == dict.fromkeys(TRACKS, MARKS[serving.collab_version])
    with hosting(home) as host:
        page = host.client.get("/users/ann/recommendations")
        assert host.end() == 0
    assert page.status_code == 200
    assert len(page.json()["items"]) == len(TRACKS)


def swapped_until_dead(host: RunningHost) -> str | None:
    """Promote one version after the other until the host is dead, and return the last one that was answered."""
    told = None
    while True:
        for version in MARKS:
            try:
                answer = host.client.post(f"/models/{version}/promote")
            except httpx.TransportError:
                return told
            told = answer.raise_for_status().json()["serving"]


def marks_of(walk: Walk) -> dict[str, float]:
    """Return the mark of the version whose vector each track answers with."""
    slot = walk.app.stores.serving.get().collab_slot
    points = walk.app.stores.index.fetch(TRACKS, slots=(slot,))
    return {track_id: round(float(point.vectors[slot][2]), 3) for track_id, point in points.items() if slot in point.vectors}
