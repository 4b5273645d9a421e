"""The doctor repairs what a damaged or torn library needs, without hearing any music again."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from infra import wiring
from infra.hearing import InProcessHearer
from recommender.ports.index import Point
from recommender.ports.queues import Queue
from recommender.serving import Serving
from recommender.tracks import Metadata, Track, TrackStatus
from tests.infra.local.console import at_home, run
from tests.infra.local.waiting import NOON
from tests.recommender.versions import publish


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with at_home(tmp_path, monkeypatch, workers=0) as home:
        yield home


def described(*titles: str) -> None:
    app = wiring.app()
    app.stores.catalog.put_many(
        [Track(track_id=title, metadata=Metadata(title=title), added_at=NOON, status=TrackStatus.READY) for title in titles]
    )
    app.ingest.read(titles)
    wiring.reset()


@pytest.mark.usefixtures("home")
def test_repair_places_what_is_missing_and_removes_ghosts() -> None:
    described("blue", "green")
    index = wiring.app().stores.index
    index.delete(["blue"])
    index.upsert([Point("ghost", {}, {})])
    wiring.reset()

    repaired = run("doctor", "--repair", "--json")

    assert repaired.exit_code == 0
    assert json.loads(repaired.stdout)["ok"] is True
    assert "1 track placed, 1 point without a track removed." in repaired.stderr
    assert set(wiring.app().stores.index.fetch(["blue", "green", "ghost"])) == {"blue", "green"}


def test_a_damaged_index_is_named_and_made_again_from_the_catalogue(home: Path) -> None:
    described("blue", "green")
    (home / "index" / "points" / "edge_config.json").write_text("{torn", encoding="utf-8")

    found = run("doctor")
    rebuilt = run("doctor", "--rebuild")
    searched = json.loads(run("search", "blue", "--json").stdout)

    assert found.exit_code == 1
    assert str(home / "index") in " ".join(found.stdout.split())
    assert "--rebuild" in found.stdout
    assert rebuilt.exit_code == 0
    assert "2 tracks placed" in rebuilt.stderr
    assert searched["items"][0]["track"]["track_id"] == "blue"
    assert [kept.name for kept in home.glob("index.*.old")] != []


def test_audio_that_nobody_will_hear_is_found_and_announced_again(home: Path) -> None:
    described("blue")
    app = wiring.app()
    app.stores.catalog.put(Track(track_id="half", metadata=Metadata(title="Half"), added_at=NOON))
    app.stores.objects.put("uploads/by-id/half/half.wav", b"sound")
    app.stores.objects.put("uploads/by-id/nobody/nobody.wav", b"sound")
    wiring.reset()

    found = run("doctor")
    repaired = run("doctor", "--repair")

    assert (found.exit_code, repaired.exit_code) == (1, 0)
    assert "1 uploads that nobody will hear (uploads/by-id/half/half.wav)" in found.stdout
    assert "1 objects without a use (uploads/by-id/nobody/nobody.wav)" in found.stdout
    assert wiring.app().stores.depths()["uploads_waiting"] == 1
    assert [path.name for path in (home / "objects" / "uploads").rglob("*.wav")] == ["half.wav"]


def test_damaged_statistics_are_named_and_put_back(home: Path) -> None:
    described("blue")
    app = wiring.app()
    app.extractors.keep(app.hearer.version, app.hearer.statistics)
    serving = app.stores.serving.get()
    app.stores.serving.put(Serving(audio_version=app.hearer.version, text_version=serving.text_version, revision=serving.revision))
    wiring.reset()
    (kept,) = (home / "objects" / "audio").rglob("statistics.npz")
    kept.write_bytes(b"torn")

    found = run("doctor")
    repaired = run("doctor", "--repair")

    assert (found.exit_code, repaired.exit_code) == (1, 0)
    assert "statistics.npz: not a statistics file" in found.stdout
    assert "doctor --repair" in found.stdout


def test_a_damaged_model_version_that_serves_is_named_with_the_ways_out(home: Path) -> None:
    described("blue")
    app = wiring.app()
    publish(app.models, "v1", {"blue": 45})
    serving = app.stores.serving.get()
    app.stores.serving.put(Serving(text_version=serving.text_version, collab_version="v1", revision=serving.revision))
    wiring.reset()
    (home / "objects" / "models" / "v1" / "folding.npz").write_bytes(b"torn")

    found = run("doctor")

    assert found.exit_code == 1
    assert "model version v1 is damaged: its file folding.npz" in found.stdout
    assert "segue models rollback" in found.stdout
    assert "segue train" in found.stdout


def test_what_serves_is_forgotten_and_the_index_made_again_where_it_cannot_be_read(home: Path) -> None:
    described("blue", "green")
    with closing(sqlite3.connect(home / "state.db")) as connection, connection:
        connection.execute("UPDATE serving SET body = '{torn'")

    found = run("doctor")
    mended = run("doctor", "--salvage", "--rebuild")

    assert (found.exit_code, mended.exit_code) == (1, 0)
    assert str(home / "state.db") in found.stdout
    assert "doctor --salvage --rebuild" in found.stdout
    assert "something of serving was not" in mended.stderr
    assert json.loads(run("search", "blue", "--json").stdout)["items"][0]["track"]["track_id"] == "blue"


def test_a_queue_file_that_is_no_database_is_named_and_replaced(home: Path) -> None:
    described("blue")
    (home / "queues.db").write_bytes(b"nothing of a database" * 500)

    found = run("doctor")
    mended = run("doctor", "--salvage")

    assert (found.exit_code, mended.exit_code) == (1, 0)
    assert str(home / "queues.db") in found.stdout
    assert wiring.app().stores.queues.depth(Queue.UPLOADS, now=NOON).waiting == 0  # type: ignore[attr-defined]  # of this stack


@pytest.mark.usefixtures("home")
def test_an_index_is_made_again_without_anything_being_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    described("blue", "green")

    def refuse(_self: InProcessHearer, path: Path) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(InProcessHearer, "hear", refuse)

    rebuilt = run("doctor", "--rebuild")

    assert rebuilt.exit_code == 0
    assert "2 tracks placed" in rebuilt.stderr
