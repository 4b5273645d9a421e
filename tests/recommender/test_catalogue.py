"""Describing, showing and removing tracks."""

from collections.abc import Sequence

import pytest

from recommender.errors import Conflict, NotFound, Unavailable
from recommender.tracks import Metadata, Track, TrackStatus
from tests.fakes.catalog import FakeCatalog
from tests.recommender.engine import ADDED, NOW, Engine, act, ids


def test_a_new_track_is_queued_and_handed_over_to_be_read() -> None:
    engine = Engine()

    engine.catalogue.describe({"t1": Metadata(title="Song")}, now=NOW)

    track = engine.catalogue.track("t1")
    assert (track.status, track.metadata.title, track.added_at) == (TrackStatus.QUEUED, "Song", NOW)
    assert engine.outbox.to_read == ["t1"]


def test_a_known_track_keeps_when_it_was_added_and_the_length_that_was_heard() -> None:
    engine = Engine()
    engine.add("t1", 0, duration_ms=200_000)

    engine.catalogue.describe({"t1": Metadata(title="Renamed", duration_ms=1)}, now=NOW)

    track = engine.catalogue.track("t1")
    assert (track.status, track.added_at) == (TrackStatus.READY, ADDED)
    assert (track.metadata.title, track.metadata.duration_ms) == ("Renamed", 200_000)


def test_a_track_that_was_never_heard_takes_the_length_that_is_said() -> None:
    engine = Engine()
    engine.add("t1", duration_ms=200_000)

    engine.catalogue.describe({"t1": Metadata(title="Renamed", duration_ms=1)}, now=NOW)

    assert engine.catalogue.track("t1").metadata.duration_ms == 1


def test_what_was_described_and_could_not_be_handed_over_can_be_described_again() -> None:
    engine = Engine()
    engine.outbox.shut = True
    with pytest.raises(Unavailable):
        engine.catalogue.describe({"t1": Metadata(title="Song")}, now=NOW)
    engine.outbox.shut = False

    engine.catalogue.describe({"t1": Metadata(title="Song")}, now=NOW)

    assert engine.outbox.to_read == ["t1"]


def test_a_track_that_somebody_else_wrote_meanwhile_is_a_conflict_and_the_others_are_taken() -> None:
    class Contended(FakeCatalog):
        def put_many(self, tracks: Sequence[Track]) -> list[Track]:
            return super().put_many([track for track in tracks if track.track_id != "contended"])

    engine = Engine(catalog=Contended())

    with pytest.raises(Conflict, match="contended"):
        engine.catalogue.describe({"contended": Metadata(title="A"), "free": Metadata(title="B")}, now=NOW)

    assert engine.outbox.to_read == ["free"]
    assert engine.catalog.get("contended") is None


def test_a_removed_track_is_gone_from_answers_at_once() -> None:
    engine = Engine()
    engine.add("t1", 0)
    engine.add("t2", 1)
    engine.listen(act("t1", days_ago=0))

    engine.catalogue.remove("t2")

    assert ids(engine.ask()) == []
    assert engine.catalog.get("t2") is None


def test_removing_another_encoding_removes_the_track() -> None:
    engine = Engine()
    engine.add("t1", 0)
    engine.catalog.link("t1 as mp3", "t1")

    engine.catalogue.remove("t1 as mp3")

    assert engine.index.fetch(["t1"]) == {}
    assert engine.catalog.get("t1") is None


def test_an_unknown_track_can_neither_be_shown_nor_removed() -> None:
    engine = Engine()

    for asked in (engine.catalogue.track, engine.catalogue.remove):
        with pytest.raises(NotFound, match="nowhere"):
            asked("nowhere")
