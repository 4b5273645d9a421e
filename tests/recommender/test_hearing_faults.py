"""What the upload walk does with files and faults that do not pass."""

from pathlib import Path

import pytest

from embeddings.audio import Heard
from recommender.errors import Unavailable
from recommender.tracks import TrackStatus
from tests.fakes.embedders import FakeHearer
from tests.recommender.engine import NOW, Engine


class Failing(FakeHearer):
    """A worker dies over every file."""

    def hear(self, path: Path) -> Heard:
        raise Unavailable(f"the worker died over {path.name!r}", code="worker_died")


def test_a_file_that_always_kills_its_worker_is_rejected_after_three_deliveries() -> None:
    engine = Engine()
    key = engine.send(b"flac:30")
    walk = engine.ingest(hearer=Failing())

    for attempt in (1, 2):
        with pytest.raises(Unavailable):
            walk.hear(key, now=NOW, attempt=attempt)
    track = walk.hear(key, now=NOW, attempt=3)

    assert track is not None
    assert track.rejection is not None
    assert (track.status, track.rejection.code) == (TrackStatus.REJECTED, "worker_died")
    assert "3 times" in track.rejection.message


def test_what_was_heard_stays_when_something_that_is_no_audio_is_sent_in_its_place() -> None:
    engine = Engine()
    walk = engine.ingest()
    key = engine.send(b"flac:30")
    heard = walk.hear(key, now=NOW)
    engine.objects.put(key, b"a letter")

    again = walk.hear(key, now=NOW)

    assert heard is not None
    assert again is not None
    assert (again.status, again.rejection) == (TrackStatus.READY, None)
    assert engine.catalog.get("t1") == heard


def test_an_upload_whose_track_was_deleted_while_it_waited_is_dropped() -> None:
    engine = Engine()
    key = engine.send(b"flac:30")
    engine.catalogue.remove("t1")

    assert engine.ingest().hear(key, now=NOW) is None
    assert (engine.catalog.tracks, engine.objects.files) == ({}, {})
