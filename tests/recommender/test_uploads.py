"""An upload begins with a place to put the audio, unless the file is known."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.identity import point_id
from recommender.intake.uploads import BEGUN, PREFIX, Begun, safe_parts, track_of
from recommender.tracks import Metadata, Rejection, TrackStatus
from tests.recommender.engine import NOW, Engine


def begin(engine: Engine, filename: str = "Band/Record/01 Song.flac", *, said: Metadata | None = None) -> Begun:
    return engine.uploads.begin(filename, track_id="new", file_hash="sha", said=said, now=NOW)


def test_a_new_file_becomes_a_queued_track_with_a_place_to_put_it() -> None:
    engine = Engine()

    begun = begin(engine, said=Metadata(title="Song", year=1999))

    track = engine.catalog.get(begun.track_id)
    assert track is not None
    assert (begun.track_id, begun.status) == (point_id("sha"), TrackStatus.QUEUED)
    assert begun.target is not None
    assert begun.target.url.endswith(f"uploads/by-id/{begun.track_id}/Band/Record/01 Song.flac")
    assert (track.metadata.year, track.file_hash, track.status) == (1999, "sha", TrackStatus.QUEUED)


def test_an_upload_that_is_begun_again_goes_on_with_the_same_track() -> None:
    engine = Engine()

    first, second = begin(engine), begin(engine)

    assert first == second
    assert len(engine.catalog.tracks) == 1


def test_a_file_that_was_heard_need_not_be_sent_again() -> None:
    engine = Engine()
    engine.add("known", 0)
    engine.catalog.remember_file("sha", "known")

    begun = begin(engine)

    assert begun == Begun("known", TrackStatus.READY, None)
    assert engine.catalog.get("new") is None


def test_a_file_that_was_refused_is_answered_with_its_refusal() -> None:
    engine = Engine()
    known = engine.add("known", 0)
    engine.catalog.put(replace(known, status=TrackStatus.REJECTED, rejection=Rejection("silent", "Nothing is to be heard.")))
    engine.catalog.remember_file("sha", "known")

    assert begin(engine) == Begun("known", TrackStatus.REJECTED, None)


def test_a_file_that_was_heard_with_other_statistics_need_not_be_sent_again() -> None:
    engine = Engine()
    known = engine.add("known", 0)
    engine.catalog.put(replace(known, versions={"audio": "ear-0"}))
    engine.catalog.remember_file("sha", "known")

    assert begin(engine).target is None


def test_a_file_that_was_heard_by_another_recipe_is_sent_again_for_the_same_track() -> None:
    engine = Engine()
    engine.add("known", 0)
    engine.catalog.put_raw("known", recipe="former", raw=b"")
    engine.catalog.remember_file("sha", "known")

    begun = begin(engine)

    assert begun.track_id == "known"
    assert begun.target is not None
    assert engine.catalog.get("new") is None


def test_a_file_whose_hash_is_not_told_is_taken_as_new() -> None:
    engine = Engine()

    begun = engine.uploads.begin("song.mp3", track_id="new", file_hash=None, said=None, now=NOW)

    assert begun.target is not None


@pytest.mark.parametrize(
    ("filename", "parts"),
    [
        ("song.mp3", ("song.mp3",)),
        ("/home/ann/music/Band/Record/01 Song.flac", ("Band", "Record", "01 Song.flac")),
        ("C:\\music\\Band\\song.ogg", ("music", "Band", "song.ogg")),
        ("../../etc/passwd", ("etc", "passwd")),
        ("a/./../b\x00\n.mp3", ("a", "b.mp3")),
        (" Band / song.mp3 ", ("Band", "song.mp3")),
    ],
)
def test_a_name_keeps_its_file_and_two_folders(filename: str, parts: tuple[str, ...]) -> None:
    assert safe_parts(filename) == parts


@pytest.mark.parametrize("filename", ["", "/", "..", "./..", " ", "\x00", "\\"])
def test_a_name_of_no_file_is_refused(filename: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        safe_parts(filename)

    assert raised.value.field == "filename"


def test_a_name_that_no_file_system_takes_is_cut_and_keeps_its_extension() -> None:
    (part,) = safe_parts("歌" * 150 + ".flac")

    assert part == "歌" * 65 + ".flac"
    assert len(part.encode()) == 200


def test_what_only_looks_like_an_extension_is_cut_too() -> None:
    (part,) = safe_parts("a." + "歌" * 100)

    assert part == "a." + "歌" * 66


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.sampled_from("./\\ ab歌\x00\x1f\u00a0~"), max_size=400))
def test_no_name_leads_out_of_its_folder(filename: str) -> None:
    try:
        parts = safe_parts(filename)
    except InvalidInput:
        return

    assert 1 <= len(parts) <= 3
    for part in parts:
        assert part not in ("", ".", "..")
        assert not set(part) & set("/\\\x00\x1f")
        assert part == part.strip()
        assert len(part.encode()) <= 200


@settings(deadline=None, max_examples=50)
@given(st.text(min_size=1))
def test_the_key_of_an_upload_tells_its_track_and_its_path(filename: str) -> None:
    try:
        path = "/".join(safe_parts(filename))
    except InvalidInput:
        return

    assert track_of(f"{BEGUN}t-1/{path}") == ("t-1", path)


@pytest.mark.parametrize("key", ["uploads/song.mp3", "elsewhere/Band/song.mp3"])
def test_a_key_that_was_made_elsewhere_names_no_track(key: str) -> None:
    assert track_of(key) == (None, key.removeprefix(PREFIX))
