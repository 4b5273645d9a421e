"""The demo's files are real audio files with real tags."""

from collections import Counter
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
import soundfile

from infra.demo.catalogue import DemoTrack, demo_tracks
from infra.demo.files import write_demo

TRACKS = [track for track in demo_tracks() if track.style in {"techno", "chiptune"}][4:8]
ID3_FRAMES = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "date": "TDRC", "genre": "TCON", "mood": "TMOO", "tracknumber": "TRCK"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, DemoTrack]:
    """Four tracks as files, two of them in stereo."""
    folder = tmp_path_factory.mktemp("demo")
    return dict(zip(write_demo(folder, tracks=TRACKS), TRACKS, strict=True))


def test_formats_take_turns(written: dict[Path, DemoTrack]) -> None:
    formats = Counter(soundfile.info(path).format for path in written)

    assert formats == {"FLAC": 1, "OGG": 1, "WAV": 1, "MP3": 1}


def test_files_lie_under_their_artist_and_album(written: dict[Path, DemoTrack]) -> None:
    for path, track in written.items():
        assert path.parent.parent.name == track.artists[0]
        assert path.parent.name == track.album.replace("?", "_")
        assert path.stem[:3] in {"01 ", "02 "}
        assert path.stem[3:] == track.title


def test_files_hold_the_samples(written: dict[Path, DemoTrack]) -> None:
    for path, track in written.items():
        samples = track.samples()

        read, rate = soundfile.read(path, dtype="float32")

        assert rate == 22_050
        assert read.shape[1:] == samples.shape[1:]
        assert len(read) == pytest.approx(len(samples), abs=2_500)
        assert np.abs(read).max() < 1.0
        assert np.sqrt((read**2).mean()) == pytest.approx(np.sqrt((samples**2).mean()), rel=0.1)


def test_files_carry_their_tags(written: dict[Path, DemoTrack]) -> None:
    for path, track in written.items():
        tags = mutagen.File(path).tags

        assert _texts(tags, "title") == [track.title]
        assert _texts(tags, "artist") == list(track.artists)
        assert _texts(tags, "album") == [track.album]
        assert _texts(tags, "date") == [str(track.year)]
        assert _texts(tags, "genre") == list(track.genres)
        assert _texts(tags, "mood") == list(track.tags)
        assert _texts(tags, "tracknumber") == [str(int(path.name[:2]))]


def test_explicit_words_are_marked(tmp_path: Path) -> None:
    track = next(track for track in demo_tracks() if track.explicit)

    (path,) = write_demo(tmp_path, tracks=[track])

    assert mutagen.File(path).tags["itunesadvisory"] == ["1"]


def test_a_repeated_call_keeps_what_is_there_and_leaves_nothing_unfinished(written: dict[Path, DemoTrack]) -> None:
    folder = next(iter(written)).parents[2]
    before = {path: path.stat().st_mtime_ns for path in written}

    again = list(write_demo(folder, tracks=TRACKS))

    assert again == list(written)
    assert {path: path.stat().st_mtime_ns for path in again} == before
    assert {path for path in folder.rglob("*") if path.is_file()} == set(written)


def test_progress_is_reported_file_by_file(tmp_path: Path) -> None:
    files = write_demo(tmp_path, tracks=TRACKS)

    first = next(files)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [first]


def _texts(tags: Any, word: str) -> list[str]:
    frame = ID3_FRAMES[word]
    return [str(text) for text in (tags[frame].text if frame in tags else tags[word])]
