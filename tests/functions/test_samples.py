"""Every sample event goes through its function and gets the answer that it stands for."""

import importlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from recommender.ports.erasures import Erasure
from recommender.ports.queues import Queue
from tests.walks import Context, Walk, embedded, keyed, tone

SAMPLES = Path(__file__).parents[2] / "events" / "samples"
STATUS = {
    "gateway.recommendations": 200,
    "gateway.similar": 422,
    "gateway.interactions": 202,
    "gateway.upload": 201,
    "gateway.describe": 202,
    "gateway.health": 200,
    "gateway.invalid": 422,
    "gateway.no_json": 422,
    "gateway.unknown_path": 404,
    "gateway.unknown_track": 404,
    "gateway.openapi": 200,
    "gateway.docs": 200,
    "gateway.metrics": 200,
    "gateway.radio": 200,
    "gateway.path": 422,
    "gateway.continue": 200,
    "search_tracks.meaning": 200,
    "search_tracks.empty": 422,
    "search_tracks.unknown_parameter": 422,
}
FAILED = {
    "ingest_track.upload": [],
    "ingest_track.test_event": [],
    "ingest_track.metadata": [],
    "ingest_track.folder": [],
    "ingest_track.gone": [],
    "ingest_track.unreadable": [],
    "record_interactions.batch": [],
    "record_interactions.unreadable": [],
    "erase_user.one": [],
    "erase_user.unreadable": [],
}
SCHEDULED = {
    "fit_audio.catalogue",
    "fit_audio.configured",
    "train_collaborative.nightly",
    "train_collaborative.by_hand",
    "refresh_tastes.hourly",
    "report_quality.hourly",
}


@pytest.fixture(scope="module", autouse=True)
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A library in which the samples' tracks exist."""
    tmp_path = tmp_path_factory.mktemp("samples")
    with embedded(tmp_path / "home") as walk:
        yield _filled(walk, tmp_path)


def _filled(walk: Walk, tmp_path: Path) -> Walk:
    described = {"title": "Lantern Bay", "artists": ["Ottobrine"], "genres": ["ambient"]}
    walk.call("PUT", "/tracks/track-1", body=described)
    walk.upload(tone(tmp_path / "other.wav", hertz=330))
    walk.drain(Queue.METADATA)
    walk.drain(Queue.UPLOADS)
    audio = tone(tmp_path / "cafe.wav", hertz=220)
    walk.app.stores.erasures.merge(
        [Erasure(subject="user:3c1f0c5f6f9b2d1e8a7b4c5d", number=1, asked_at=datetime(2026, 11, 23, tzinfo=UTC))]
    )
    walk.app.stores.objects.put("uploads/track-2/Café Nocturne.wav", audio.read_bytes())
    return walk


def test_every_function_has_a_sample() -> None:
    written = {path.stem for path in (SAMPLES.parents[1] / "functions").glob("*.py") if "def handler(" in path.read_text(encoding="utf-8")}

    assert {path.name.split(".")[0] for path in SAMPLES.glob("*.json")} == written


def test_every_sample_has_an_expected_answer() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == {*STATUS, *FAILED, *SCHEDULED}


@pytest.mark.parametrize("name", sorted(STATUS))
def test_a_request_sample_gets_its_status(name: str) -> None:
    answer = _sent(name)

    assert int(answer["statusCode"]) == STATUS[name], answer["body"]


@pytest.mark.parametrize("name", sorted(FAILED))
def test_a_queue_sample_fails_only_its_bad_records(name: str) -> None:
    answer = _sent(name)

    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == FAILED[name]


@pytest.mark.parametrize(
    ("name", "queue"),
    [
        ("ingest_track.unreadable", Queue.UPLOADS),
        ("record_interactions.unreadable", Queue.INTERACTIONS),
        ("erase_user.unreadable", Queue.ERASURES),
    ],
)
def test_an_unreadable_sample_lies_among_the_dead_letters_with_its_reason(name: str, queue: Queue, library: Walk) -> None:
    _sent(name)

    dead = library.app.stores.queues.dead(queue)

    assert dead
    assert all(message.reason for message in dead)


@pytest.mark.parametrize("name", sorted(SCHEDULED))
def test_a_schedule_sample_is_answered(name: str) -> None:
    answer = _sent(name)

    assert isinstance(answer, dict)
    assert answer


def _sent(name: str) -> dict[str, Any]:
    event = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    handler = importlib.import_module(f"functions.{name.split('.', maxsplit=1)[0]}").handler
    if "headers" in event:
        event["headers"] |= keyed()
    answer: dict[str, Any] = handler(event, Context())
    return answer
