"""kill -9 in the middle of ingest and of a stream of interactions loses nothing that was acknowledged and counts nothing twice."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from infra.sqlite.database import Database
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.schema import STATE
from tests.end_to_end.hosts import RunningHost, eventually, hosting
from tests.walks import tone

BATCH = 50
BATCHES = 40
TRACKS = 6


def test_what_was_acknowledged_before_a_kill_is_there_once_after_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with hosting(home) as host:
        described(host)
        eventually(lambda: host.counts()["state"]["ready"] == 1)
        uploads = [host.upload(tone(tmp_path / f"{hertz}.wav", hertz=hertz)) for hertz in (110, 147, 196, 262, 349, 466)]
        acknowledged = told(host, range(BATCHES // 2))
        killer = threading.Timer(0.01, host.process.kill)
        killer.start()
        acknowledged += told(host, range(BATCHES // 2, BATCHES))
        killer.join()

    with hosting(home) as host:
        survived = told(host, range(BATCHES))
        eventually(lambda: settled(host))
        standings = host.client.post("/tracks/status", json={"track_ids": uploads}).json()["items"]
        whole = [host.client.get(f"/tracks/{track_id}/similar", params={"space": "audio"}).status_code for track_id in uploads]
        counts = host.counts()
        assert host.end() == 0

    assert [standing["status"] for standing in standings] == ["ready"] * TRACKS
    assert whole == [200] * TRACKS
    assert counts["index"]["points"] == TRACKS + 1
    kept = Counter(interactions(home))
    assert len(acknowledged) < len(survived) == BATCH * BATCHES
    assert set(acknowledged) <= set(kept)
    assert set(kept.values()) == {1}
    assert len(kept) == BATCH * BATCHES


def described(host: RunningHost) -> None:
    """Give the library a track to play."""
    host.client.put("/tracks/played", json={"title": "Played", "artists": ["Somebody"]}).raise_for_status()


def told(host: RunningHost, batches: range) -> list[str]:
    """Send batches of plays and return the ids of those that were acknowledged; a host that is gone acknowledges nothing."""
    acknowledged: list[str] = []
    for batch in batches:
        ids = [f"play-{batch}-{number}" for number in range(BATCH)]
        at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        plays = [
            {"interaction_id": name, "user_id": f"user-{number % 7}", "track_id": "played", "kind": "play", "at": at}
            for number, name in enumerate(ids)
        ]
        try:
            answer = host.client.post("/interactions", json={"interactions": plays})
        except httpx.TransportError:
            continue
        if answer.status_code == httpx.codes.ACCEPTED and answer.json()["accepted"] == BATCH:
            acknowledged += ids
    return acknowledged


def settled(host: RunningHost) -> bool:
    """Tell whether nothing waits or is in work."""
    return all(count == 0 for name, count in host.counts()["queues"].items() if not name.endswith("dead"))


def interactions(home: Path) -> list[str]:
    """Return the ids of all logged interactions, as the client gave them."""
    database = Database(home / "state.db", STATE)
    try:
        acts = list(SqliteInteractionLog(database).until(datetime.now(UTC)))
    finally:
        database.close()
    return [act.interaction_id.split(".", 1)[1] for act in acts]
