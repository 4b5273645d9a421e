"""``segue radio``, ``path`` and ``continue`` on a real home where no host runs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from infra import wiring
from recommender.payload import payload_of
from recommender.ports.index import Point
from recommender.tracks import Metadata, Track, TrackStatus
from tests.infra.local.console import run
from tests.infra.local.waiting import NOON
from tests.recommender.engine import at_angle


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with tracks that sound like 0, 10, ... 60 degrees."""
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setenv("HEARING_WORKERS", "1")
    stores = wiring.app().stores
    tracks = [
        Track(track_id=f"at-{degrees}", metadata=Metadata(title=f"Title {degrees}"), added_at=NOON, status=TrackStatus.READY)
        for degrees in range(0, 70, 10)
    ]
    stores.catalog.put_many(tracks)
    stores.serving.put(replace(stores.serving.get(), audio_version="first"))
    stores.index.upsert([Point(track.track_id, {"audio_a": at_angle(10.0 * at)}, payload_of(track)) for at, track in enumerate(tracks)])
    wiring.reset()
    yield tmp_path
    wiring.reset()


def ids(result: Result) -> list[str]:
    """Return the tracks of a JSON answer."""
    return [item["track"]["track_id"] for item in json.loads(result.stdout)["items"]]


@pytest.mark.usefixtures("home")
def test_a_way_is_printed_for_people_and_for_programs() -> None:
    people, programs = run("path", "at-0", "at-60", "--limit", "4"), run("path", "at-0", "at-60", "--limit", "4", "--json")

    assert [line.split()[1] for line in people.stdout.splitlines()] == ["at-0", "at-20", "at-40", "at-60"]
    assert ids(programs) == ["at-0", "at-20", "at-40", "at-60"]


@pytest.mark.usefixtures("home")
def test_a_radio_goes_on_after_a_page() -> None:
    first = run("radio", "--seed-track", "at-0", "--limit", "3", "--json")

    then = run("radio", "--after", json.loads(first.stdout)["next"], "--limit", "3")

    assert set(ids(first)) == {"at-10", "at-20", "at-30"}
    assert {line.split()[1] for line in then.stdout.splitlines()[:3]} == {"at-40", "at-50", "at-60"}
    assert then.stdout.splitlines()[3].startswith("Go on with --after ")


@pytest.mark.usefixtures("home")
def test_a_list_is_continued() -> None:
    result = run("continue", "at-0", "at-20", "--limit", "2", "--filter", "exclude_tracks=at-10", "--json")

    assert len(ids(result)) == 2
    assert not {"at-0", "at-10", "at-20"} & set(ids(result))


@pytest.mark.usefixtures("home")
def test_what_cannot_be_asked_is_an_error_in_one_line() -> None:
    result = run("path", "at-0", "nowhere")

    assert result.exit_code == 1
    assert result.stderr == "Error: to: unknown tracks: nowhere\n"
