"""``segue train`` and ``segue models`` on a real home: what a newcomer reads, and what a program reads."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra import wiring
from recommender.interactions import Interaction, Kind
from recommender.ports.index import Point
from recommender.tracks import Metadata, Track, TrackStatus
from tests.infra.local.console import run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home in which twelve listeners play only low tracks and twelve only high ones."""
    for name in ("HEARING_WORKERS", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setenv("HEARING_WORKERS", "1")
    stores, now = wiring.app().stores, datetime.now(UTC)
    stores.serving.put(replace(stores.serving.get(), text_version="words"))
    for place in range(32):
        name = f"{'low' if place < 16 else 'high'}{place % 16:02}"
        said = Metadata(title=name.title(), artists=(f"Artist {place // 4}",))
        stores.catalog.put(Track(track_id=name, metadata=said, added_at=now, status=TrackStatus.READY))
        stores.index.upsert([Point(name, {"text": np.full(384, 1.0, np.float32)}, {"artists": [f"artist {place // 4}"]})])
    stores.interactions.append([_play(kind, user, step, now) for kind in ("low", "high") for user in range(12) for step in range(8)])
    wiring.reset()
    yield tmp_path
    wiring.reset()


def _play(kind: str, user: int, step: int, now: datetime) -> Interaction:
    return Interaction(
        interaction_id=f"{kind} {user} {step}",
        user=f"{kind} {user}",
        track_id=f"{kind}{(user + step) % 16:02}",
        kind=Kind.PLAY,
        at=now - timedelta(days=20 - step),
        share=1.0,
    )


@pytest.mark.usefixtures("home")
def test_a_training_tells_what_it_learned_from_how_it_was_judged_and_what_is_served() -> None:
    told = run("train").stdout

    assert told.startswith("Learned from 192 interactions of 24 listeners with 32 tracks, ")
    assert "Judged by what 24 listeners went on to like in the last part of that, which it had not seen:" in told
    assert "this version  popularity" in told
    assert "is served now." in told


def test_versions_are_listed_reported_on_and_switched(home: Path) -> None:
    version = json.loads(run("train", "--json").stdout)["version"]

    listed, page, again = run("models").stdout, run("models", "--report", version), run("train").stdout

    assert version in listed
    assert "serving" in listed
    assert page.stdout == f"Open {home / 'reports' / f'{version}.html'} in a browser.\n"
    assert (home / "reports" / f"{version}.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "is not served: nothing has changed in the log since the serving version was trained" in again


@pytest.mark.usefixtures("home")
def test_without_a_former_version_a_rollback_says_so() -> None:
    run("train")

    refused = run("models", "rollback")

    assert refused.exit_code == 1
    assert "no version served before this one" in refused.stderr
