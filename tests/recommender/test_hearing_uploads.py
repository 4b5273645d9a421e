"""An upload becomes a whole track, once, whatever stops half-way."""

import hashlib
from dataclasses import replace

import pytest

from recommender.errors import Conflict
from recommender.identity import point_id
from recommender.intake.uploads import LARGEST_BYTES
from recommender.serving import Serving
from recommender.tracks import Metadata, TrackStatus
from tests.fakes.catalog import FakeCatalog
from tests.fakes.embedders import DURATION_MS, FakeHearer, raw_of
from tests.recommender.engine import EAR, NOW, WORDS, Engine, angle_of, ids


def test_a_heard_upload_is_a_ready_track_with_its_vectors_payload_and_raw_values() -> None:
    engine = Engine(serving=Serving())

    track = engine.ingest().hear(engine.send(b"flac:30"), now=NOW)

    assert track is not None
    assert (track.status, track.versions) == (TrackStatus.READY, {"audio": EAR, "text": WORDS})
    assert (track.metadata.title, track.metadata.artists, track.metadata.album) == ("Song", ("Band",), "Record")
    assert (track.metadata.duration_ms, track.attributes["tempo"]) == (DURATION_MS + 30_000, 120.0)
    point = engine.index.fetch(["t1"], slots=["audio_a", "text"])["t1"]
    assert angle_of(point.vectors["audio_a"]) == pytest.approx(30, abs=1e-3)
    assert "text" in point.vectors
    assert (point.payload["artists"], point.payload["tempo"]) == (["band"], 120.0)
    ((track_id, recipe, raw),) = engine.catalog.raws(after=None, limit=10)
    assert (track_id, recipe) == ("t1", engine.extractors.recipe)
    assert raw == raw_of(30).tobytes()


def test_the_first_versions_that_are_heard_and_read_are_served() -> None:
    engine = Engine(serving=Serving())

    engine.ingest().hear(engine.send(b"flac:30"), now=NOW)

    serving = engine.serving.get()
    assert (serving.audio_slot, serving.audio_version, serving.text_version) == ("audio_a", EAR, WORDS)


@pytest.mark.parametrize(("size", "status"), [(LARGEST_BYTES, TrackStatus.READY), (LARGEST_BYTES + 1, TrackStatus.REJECTED)])
def test_an_upload_beyond_two_gigabytes_is_refused_by_its_size_alone(size: int, status: TrackStatus) -> None:
    engine = Engine()
    key = engine.send(b"flac:30")
    engine.objects.holes[key] = size - len(b"flac:30")

    track = engine.ingest().hear(key, now=NOW)

    assert track is not None
    assert track.status is status
    assert (track.rejection.code if track.rejection else None) == ("too_large" if status is TrackStatus.REJECTED else None)
    assert list(engine.objects.keys("uploads/")) == []


def test_what_was_said_of_a_track_outweighs_its_path() -> None:
    engine = Engine()
    engine.uploads.begin("Band/Record/Song.flac", track_id="t1", file_hash=None, said=Metadata(title="The Song", genres=("rock",)), now=NOW)
    engine.objects.put("uploads/by-id/t1/Band/Record/Song.flac", b"flac:30")

    track = engine.ingest().hear("uploads/by-id/t1/Band/Record/Song.flac", now=NOW)

    assert track is not None
    assert (track.metadata.title, track.metadata.genres, track.metadata.artists) == ("The Song", ("rock",), ("Band",))


def test_the_audio_is_gone_once_it_is_heard() -> None:
    engine = Engine()

    engine.ingest().hear(engine.send(b"flac:30"), now=NOW)

    assert engine.objects.files == {}


def test_the_audio_stays_where_it_is_to_be_kept() -> None:
    engine = Engine()
    key = engine.send(b"flac:30")

    engine.ingest(keep_audio=True).hear(key, now=NOW)

    assert list(engine.objects.files) == [key]


def test_what_cannot_be_heard_is_rejected_with_the_reason_and_known_from_then_on() -> None:
    engine = Engine()

    track = engine.ingest().hear(engine.send(b"a letter", file_hash="sha"), now=NOW)

    assert track is not None
    assert track.status is TrackStatus.REJECTED
    assert track.rejection is not None
    assert (track.rejection.code, track.rejection.message) == ("not_audio", "'a letter' holds no sound.")
    assert (engine.index.fetch(["t1"]), engine.objects.files) == ({}, {})
    assert engine.uploads.begin("again.mp3", track_id="t2", file_hash="sha", said=None, now=NOW).target is None


def test_an_empty_upload_is_rejected() -> None:
    engine = Engine()

    track = engine.ingest().hear(engine.send(b""), now=NOW)

    assert track is not None
    assert track.rejection is not None
    assert (track.status, track.rejection.code, engine.objects.files) == (TrackStatus.REJECTED, "empty", {})


def test_an_upload_that_was_deleted_before_it_was_heard_is_rejected_but_may_be_sent_again() -> None:
    engine = Engine()
    key = engine.send(b"flac:30", file_hash="sha")
    engine.objects.delete(key)

    track = engine.ingest().hear(key, now=NOW)

    assert track is not None
    assert track.rejection is not None
    assert (track.status, track.rejection.code) == (TrackStatus.REJECTED, "gone")
    assert engine.uploads.begin("again.flac", track_id="t2", file_hash="sha", said=None, now=NOW).target is not None


def test_a_message_of_an_object_that_never_was_an_upload_of_ours_makes_no_track() -> None:
    engine = Engine()

    assert engine.ingest().hear("uploads/elsewhere.flac", now=NOW) is None
    assert engine.catalog.tracks == {}


def test_an_object_that_was_put_without_being_begun_becomes_a_track_of_its_own() -> None:
    engine = Engine()
    engine.objects.put("uploads/song.flac", b"flac:30")

    track = engine.ingest().hear("uploads/song.flac", now=NOW)

    assert track is not None
    assert (track.track_id, track.metadata.title, track.status) == (point_id("uploads/song.flac"), "song", TrackStatus.READY)


def test_files_that_were_put_into_a_folder_are_tracks_of_their_own() -> None:
    engine = Engine()
    for number, key in enumerate(["uploads/Record/01 One.flac", "uploads/Record/02 Two.flac"]):
        engine.objects.put(key, f"flac:{number}".encode())
        engine.ingest().hear(key, now=NOW)

    told = {(track.metadata.title, track.metadata.album) for track in engine.catalog.tracks.values()}
    assert told == {("One", "Record"), ("Two", "Record")}


def test_a_twin_that_is_deleted_meanwhile_is_to_be_tried_again() -> None:
    class Losing(FakeCatalog):
        def link(self, alias: str, track_id: str) -> None:
            super().link(alias, track_id)
            self.delete(track_id)

    engine = Engine(catalog=Losing())
    walk = engine.ingest()
    walk.hear(engine.send(b"flac:30", track_id="t1"), now=NOW)
    key = engine.send(b"mp3:30", track_id="t2")

    with pytest.raises(Conflict):
        walk.hear(key, now=NOW)

    assert key in engine.objects.files


def test_two_files_of_the_same_audio_are_one_track_by_both_ids_and_both_hashes() -> None:
    engine = Engine()
    walk = engine.ingest()
    flac, mp3 = hashlib.sha256(b"flac:30").hexdigest(), hashlib.sha256(b"mp3:30").hexdigest()
    walk.hear(engine.send(b"flac:30", track_id="t1"), now=NOW)

    second = walk.hear(engine.send(b"mp3:30", track_id="t2"), now=NOW)

    assert second is not None
    assert second.track_id == "t1"
    assert engine.catalog.get("t2") == engine.catalog.get("t1") == second
    assert list(engine.catalog.tracks) == ["t1"]
    assert (engine.catalog.find_file(flac), engine.catalog.find_file(mp3)) == ("t1", "t1")
    assert engine.index.fetch(["t1", "t2"]).keys() == {"t1"}
    assert engine.objects.files == {}


def test_a_described_track_that_turns_out_to_be_another_is_not_answered_twice() -> None:
    engine = Engine()
    walk = engine.ingest()
    walk.hear(engine.send(b"flac:30", track_id="t1"), now=NOW)
    key = engine.send(b"mp3:30", track_id="t2")
    engine.catalogue.describe({"t2": Metadata(title="Song", artists=("Band",))}, now=NOW)
    walk.read(["t2"])

    walk.hear(key, now=NOW)

    assert ids(engine.ask()) == ["t1"]


def test_a_message_that_comes_again_after_its_work_was_done_changes_nothing() -> None:
    engine = Engine()
    key = engine.send(b"flac:30")
    done = engine.ingest().hear(key, now=NOW)

    again = engine.ingest().hear(key, now=NOW)

    assert again is None
    assert engine.catalog.get("t1") == done


def test_hearing_twice_while_the_audio_is_kept_ends_in_the_same_track() -> None:
    engine = Engine()
    walk = engine.ingest(keep_audio=True)
    key = engine.send(b"flac:30")
    done = walk.hear(key, now=NOW)

    again = walk.hear(key, now=NOW)

    assert done is not None
    assert again == replace(done, revision=done.revision + 1)


def test_an_extractor_with_other_statistics_is_answered_for_by_those_that_serve() -> None:
    engine = Engine()

    heard = engine.ingest(hearer=FakeHearer("ear-2", turned=90)).hear(engine.send(b"flac:30"), now=NOW)

    assert heard is not None
    vectors = engine.index.fetch(["t1"], slots=["audio_a", "audio_b"])["t1"].vectors
    assert {slot: round(angle_of(vector)) for slot, vector in vectors.items()} == {"audio_a": 30}
    assert (heard.versions["audio"], engine.serving.get().audio_version) == (EAR, EAR)


def test_what_is_heard_by_another_recipe_is_kept_until_a_refit_and_compared_with_nothing() -> None:
    engine = Engine()
    engine.extractors.recipe = "later"

    heard = engine.ingest(hearer=FakeHearer("ear-2")).hear(engine.send(b"flac:30"), now=NOW)

    assert heard is not None
    assert engine.index.fetch(["t1"], slots=["audio_a", "audio_b"])["t1"].vectors == {}
    assert "audio" not in heard.versions
    assert engine.catalog.raws_of(["t1"])["t1"].recipe == "later"


def test_a_track_that_is_heard_again_by_another_recipe_keeps_its_serving_vector_meanwhile() -> None:
    engine = Engine()
    engine.ingest(keep_audio=True).hear(engine.send(b"flac:30"), now=NOW)
    engine.extractors.recipe = "later"

    heard = engine.ingest(hearer=FakeHearer("ear-2", turned=90)).hear("uploads/by-id/t1/Band/Record/01 Song.flac", now=NOW)

    assert heard is not None
    assert angle_of(engine.index.fetch(["t1"], slots=["audio_a"])["t1"].vectors["audio_a"]) == pytest.approx(30, abs=1e-3)
    assert heard.versions["audio"] == EAR


def test_audio_claimed_by_a_track_that_was_rejected_since_belongs_to_whoever_brings_it_again() -> None:
    engine = Engine()
    first = engine.ingest().hear(engine.send(b"flac:30"), now=NOW)
    assert first is not None
    engine.catalog.put(replace(first, status=TrackStatus.REJECTED, versions={}))

    second = engine.ingest().hear(engine.send(b"flac:30", track_id="t2"), now=NOW)

    assert second is not None
    assert (second.track_id, second.status) == ("t2", TrackStatus.READY)
    assert set(engine.index.fetch(["t2"], slots=["audio_a", "text"])["t2"].vectors) == {"audio_a", "text"}
    former = engine.catalog.get("t1")
    assert former is not None
    assert former.track_id == "t2"
