"""Of several encodings of one recording one is listed; a fake sound is the same recording as one less than half a degree away."""

from collections.abc import Sequence

import pytest

from embeddings.spaces import Space
from recommender.errors import Conflict, Unavailable
from recommender.filters import Filters, Where
from recommender.tracks import Metadata, Track, TrackStatus
from tests.fakes.catalog import FakeCatalog
from tests.recommender.engine import NOW, Engine, act, angle_of, ids


def heard(engine: Engine, track_id: str, sound: str, *, explicit: bool = False) -> Track:
    """Take a sound through the upload walk."""
    name = f"Band/{track_id}.wav"
    engine.uploads.begin(name, track_id=track_id, file_hash=None, said=Metadata(title=track_id, explicit=explicit), now=NOW)
    engine.objects.put(f"uploads/by-id/{track_id}/{name}", sound.encode())
    track = engine.ingest().hear(f"uploads/by-id/{track_id}/{name}", now=NOW)
    assert track is not None
    return track


def listed(engine: Engine) -> set[str]:
    """Return the tracks that have a point."""
    return {point.track_id for point in engine.index.scroll(where=Where(), limit=100).points}


def original_and_copies(*, catalog: FakeCatalog | None = None) -> Engine:
    """Return a library of one recording in three encodings, and another recording."""
    engine = Engine(catalog=catalog)
    for track_id, sound in {"wav": "wav:30", "flac": "flac:30.1", "mp3": "mp3:30.4", "other": "wav:50"}.items():
        heard(engine, track_id, sound)
    return engine


def test_a_near_duplicate_names_its_original_and_has_no_point() -> None:
    engine = Engine()
    heard(engine, "wav", "wav:30")

    copy = heard(engine, "mp3", "mp3:30.4")

    assert (copy.status, copy.duplicate_of, copy.versions) == (TrackStatus.READY, "wav", {})
    assert copy.attributes["tempo"] == 120.0
    assert listed(engine) == {"wav"}
    assert engine.catalog.raws_of(["mp3"]).keys() == {"mp3"}


@pytest.mark.parametrize("other", ["wav:30.4/180", "wav:90/230", "wav:60/230"])
def test_another_length_or_another_sound_is_another_recording(other: str) -> None:
    engine = Engine()
    heard(engine, "first", "wav:30")

    second = heard(engine, "second", other)

    assert second.duplicate_of is None
    assert listed(engine) == {"first", "second"}


def test_the_explicit_and_the_clean_version_are_both_listed() -> None:
    engine = Engine()
    heard(engine, "explicit", "wav:30", explicit=True)

    clean = heard(engine, "clean", "wav:30.1")

    assert clean.duplicate_of is None


def test_a_copy_of_a_copy_is_a_duplicate_of_the_original() -> None:
    engine = original_and_copies()

    found = {track_id: track.duplicate_of for track_id, track in engine.catalog.tracks.items()}

    assert found == {"wav": None, "flac": "wav", "mp3": "wav", "other": None}
    assert [track.track_id for track in engine.catalog.duplicates_of("wav")] == ["flac", "mp3"]


def test_a_described_track_whose_audio_turns_out_to_be_a_copy_leaves_the_answers() -> None:
    engine = Engine()
    heard(engine, "wav", "wav:30")
    engine.catalogue.describe({"mp3": Metadata(title="Song")}, now=NOW)
    engine.ingest().read(["mp3"])
    before = listed(engine)

    heard(engine, "mp3", "mp3:30.4")

    assert (before, listed(engine)) == ({"wav", "mp3"}, {"wav"})


def test_describing_a_duplicate_changes_its_words_and_does_not_list_it() -> None:
    engine = original_and_copies()

    engine.catalogue.describe({"mp3": Metadata(title="Renamed")}, now=NOW)
    engine.ingest().read(["mp3"])

    track = engine.catalogue.track("mp3")
    assert (track.metadata.title, track.metadata.duration_ms, track.duplicate_of) == ("Renamed", 230_400, "wav")
    assert listed(engine) == {"wav", "other"}


def test_hearing_original_and_copy_again_leaves_them_as_they_are() -> None:
    engine = original_and_copies()

    original, copy = heard(engine, "wav", "wav:30"), heard(engine, "mp3", "mp3:30.4")

    assert (original.duplicate_of, copy.duplicate_of) == (None, "wav")
    assert listed(engine) == {"wav", "other"}


def test_a_known_duplicate_file_need_not_be_sent_again() -> None:
    engine = original_and_copies()
    engine.catalog.remember_file("sha of the mp3", "mp3")

    begun = engine.uploads.begin("again.mp3", track_id="new", file_hash="sha of the mp3", said=None, now=NOW)

    assert (begun.track_id, begun.status, begun.target) == ("mp3", TrackStatus.READY, None)


def test_what_is_like_a_duplicate_is_what_is_like_its_original() -> None:
    engine = original_and_copies()

    of_copy = engine.similar.to("mp3", space=Space.AUDIO, filters=Filters(), limit=5)

    assert [(found.track.track_id, round(found.score, 3)) for found in of_copy] == [("other", 0.94)]


def test_listening_to_a_duplicate_counts_for_its_original() -> None:
    engine = original_and_copies()

    engine.listen(act("mp3", days_ago=0))

    (told,) = engine.log.of_user("ann")
    assert told.track_id == "wav"
    assert ids(engine.ask()) == ["other"]


def test_when_an_original_goes_its_oldest_duplicate_takes_its_place() -> None:
    engine = original_and_copies()

    engine.catalogue.remove("wav")

    assert listed(engine) == {"flac", "other"}
    assert engine.catalog.get("wav") is None
    assert {track_id: track.duplicate_of for track_id, track in engine.catalog.tracks.items()} == {
        "flac": None,
        "mp3": "flac",
        "other": None,
    }
    assert angle_of(engine.index.fetch(["flac"], slots=["audio_a"])["flac"].vectors["audio_a"]) == pytest.approx(30.1, abs=1e-3)


def test_a_promoted_duplicate_gets_its_text_vector_too() -> None:
    engine = original_and_copies()

    engine.catalogue.remove("wav")
    engine.ingest().read(engine.outbox.to_read)

    assert "text" in engine.index.fetch(["flac"], slots=["text"])["flac"].vectors
    assert engine.catalogue.track("flac").versions.keys() == {"audio", "text"}


def test_a_duplicate_that_goes_leaves_the_others() -> None:
    engine = original_and_copies()

    engine.catalogue.remove("flac")

    assert listed(engine) == {"wav", "other"}
    assert engine.catalogue.track("mp3").duplicate_of == "wav"


def test_an_original_that_goes_before_its_copy_is_noted_leaves_the_copy_listed() -> None:
    class Losing(FakeCatalog):
        def put(self, track: Track) -> Track:
            if track.duplicate_of is not None:
                engine.catalogue.remove(track.duplicate_of)
            return super().put(track)

    engine = Engine(catalog=Losing())
    heard(engine, "wav", "wav:30")

    copy = heard(engine, "mp3", "mp3:30.4")

    assert copy.duplicate_of is None
    assert listed(engine) == {"mp3"}


def test_an_original_that_goes_just_after_its_copy_is_noted_leaves_the_copy_listed() -> None:
    class Losing(FakeCatalog):
        def put(self, track: Track) -> Track:
            written = super().put(track)
            if track.duplicate_of is not None:
                engine.catalogue.remove(track.duplicate_of)
            return written

    engine = Engine(catalog=Losing())
    heard(engine, "wav", "wav:30")
    with pytest.raises(Conflict):
        heard(engine, "mp3", "mp3:30.4")

    again = heard(engine, "mp3", "mp3:30.4")

    assert again.duplicate_of is None
    assert listed(engine) == {"mp3"}


def test_other_audio_under_an_originals_id_brings_its_duplicate_back() -> None:
    engine = original_and_copies()

    heard(engine, "wav", "wav:200")

    assert listed(engine) == {"wav", "flac", "other"}
    assert engine.catalogue.track("mp3").duplicate_of == "flac"


def test_a_track_that_became_a_duplicate_while_its_words_were_read_stays_out_of_the_index() -> None:
    class Slow(FakeCatalog):
        slow = False

        def put_many(self, tracks: Sequence[Track]) -> list[Track]:
            if self.slow and tracks and tracks[0].track_id == "mp3":
                self.slow = False
                heard(engine, "mp3", "mp3:30.4")
            return super().put_many(tracks)

    catalog = Slow()
    engine = Engine(catalog=catalog)
    heard(engine, "wav", "wav:30")
    engine.catalogue.describe({"mp3": Metadata(title="Song")}, now=NOW)
    catalog.slow = True

    engine.ingest().read(["mp3"])

    assert listed(engine) == {"wav"}
    assert engine.catalogue.track("mp3").duplicate_of == "wav"


def test_duplicates_that_are_written_over_and_over_are_to_be_tried_again() -> None:
    class Contended(FakeCatalog):
        contended = False

        def put_many(self, tracks: Sequence[Track]) -> list[Track]:
            return [] if self.contended else super().put_many(tracks)

    catalog = Contended()
    engine = original_and_copies(catalog=catalog)
    catalog.contended = True

    with pytest.raises(Unavailable):
        engine.catalogue.remove("wav")

    assert engine.catalog.get("wav") is not None
