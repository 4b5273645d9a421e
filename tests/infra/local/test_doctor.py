"""The doctor repairs what a damaged or torn library needs, without hearing any music again."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra import wiring
from infra.local.__main__ import segue
from recommender.ports.index import Point
from recommender.tracks import Metadata, Track, TrackStatus
from tests.infra.local.waiting import NOON


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("SEGUE_HOME", "HEARING_WORKERS", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setenv("HEARING_WORKERS", "0")
    yield tmp_path
    wiring.reset()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(segue, list(arguments))


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
