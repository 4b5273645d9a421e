"""Tracks that are only described are read, and what was heard of a track stays."""

import numpy as np
import pytest

from recommender.errors import Unavailable
from recommender.filters import Filters
from recommender.tracks import Metadata, TrackStatus
from tests.fakes.embedders import FakeReader
from tests.recommender.engine import NOW, WORDS, Engine


def described(engine: Engine, **said: Metadata) -> None:
    engine.catalogue.describe(said, now=NOW)
    engine.ingest().read(engine.outbox.to_read)
    engine.outbox.to_read.clear()


def test_a_described_track_is_ready_and_is_found_by_its_words() -> None:
    engine = Engine()

    described(engine, t1=Metadata(title="Blue Train", genres=("jazz",)), t2=Metadata(title="Highway", genres=("rock",)))

    track = engine.catalog.get("t1")
    assert track is not None
    assert (track.status, track.versions) == (TrackStatus.READY, {"text": WORDS})
    assert [found.track.track_id for found in engine.search.find("jazz", filters=Filters(), limit=1)] == ["t1"]


def test_describing_a_heard_track_anew_keeps_its_sound_and_renews_its_words() -> None:
    engine = Engine()
    engine.add("t1", 30, read=True, title="Song", year=1990)
    before = engine.index.fetch(["t1"], slots=["audio_a", "text"])["t1"]

    described(engine, t1=Metadata(title="Song", genres=("Rock",)))

    after = engine.index.fetch(["t1"], slots=["audio_a", "text"])["t1"]
    assert np.array_equal(after.vectors["audio_a"], before.vectors["audio_a"])
    assert not np.array_equal(after.vectors["text"], before.vectors["text"])
    assert after.payload["genres"] == ["rock"]
    assert "year" not in after.payload


def test_reading_the_same_metadata_again_gives_the_same_point() -> None:
    engine = Engine()
    described(engine, t1=Metadata(title="Song"))
    before = engine.index.fetch(["t1"], slots=["text"])["t1"]

    engine.ingest().read(["t1"])

    after = engine.index.fetch(["t1"], slots=["text"])["t1"]
    assert after.payload == before.payload
    assert np.array_equal(after.vectors["text"], before.vectors["text"])


def test_a_reader_of_another_version_is_refused_before_anything_is_written() -> None:
    engine = Engine()
    engine.catalogue.describe({"t1": Metadata(title="Song")}, now=NOW)

    with pytest.raises(Unavailable) as raised:
        engine.ingest(reader=FakeReader("words-2")).read(["t1"])

    assert raised.value.code == "text_version"
    assert engine.index.fetch(["t1"]) == {}
    assert engine.catalog.counts()[TrackStatus.QUEUED] == 1


def test_unknown_and_rejected_tracks_are_passed_over() -> None:
    engine = Engine()
    engine.ingest().hear(engine.send(b"no sound", track_id="bad"), now=NOW)

    assert engine.ingest().read(["bad", "nowhere"]) == []
    assert engine.index.fetch(["bad"]) == {}


def test_a_rejected_track_that_is_described_is_read() -> None:
    engine = Engine()
    engine.ingest().hear(engine.send(b"no sound", track_id="bad"), now=NOW)

    described(engine, bad=Metadata(title="Song"))

    track = engine.catalog.get("bad")
    assert track is not None
    assert (track.status, track.rejection) == (TrackStatus.READY, None)
