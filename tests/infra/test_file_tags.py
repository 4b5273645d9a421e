"""Tags are read alike from every format, and what is broken reads as untagged."""

import io
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen import id3

from infra.demo.tagging import tagged
from infra.tags import FileTags
from recommender.tracks import Metadata

FORMATS = {
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "wav": ("WAV", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
}
SAID = Metadata(
    title="Tåge over Åen",
    artists=("Ána", "Bo & Co"),
    album="Nord",
    genres=("Ambient", "Drone"),
    tags=("calm", "wide"),
    year=1998,
    explicit=True,
)


def _audio(path: Path) -> Path:
    container, encoding = FORMATS[path.suffix[1:]]
    soundfile.write(path, np.zeros(48_000, dtype=np.float32), 48_000, format=container, subtype=encoding)
    return path


def _with_frames(path: Path, *frames: Any) -> Path:
    file: Any = mutagen.File(_audio(path))
    if file.tags is None:
        file.add_tags()
    for frame in frames:
        file.tags.add(frame)
    file.save()
    return path


@pytest.mark.parametrize("extension", ["flac", "ogg", "opus"])
def test_vorbis_comments_are_read(tmp_path: Path, extension: str) -> None:
    path = _audio(tmp_path / f"a.{extension}")
    file: Any = mutagen.File(path)
    comments = {
        "TITLE": ["Tåge over Åen"],
        "ARTIST": ["Ána", "Bo & Co"],
        "ALBUM": ["Nord"],
        "GENRE": ["Ambient; Drone"],
        "MOOD": ["calm", "wide"],
    }
    file.tags.update({**comments, "DATE": ["2011"], "ORIGINALDATE": ["1998-05-01"], "ITUNESADVISORY": ["1"]})
    file.save()

    read = FileTags().tags(path)

    assert read == SAID


@pytest.mark.parametrize("extension", ["mp3", "wav", "aiff"])
@pytest.mark.parametrize("encoding", [id3.Encoding.UTF8, id3.Encoding.UTF16])
def test_id3_frames_are_read(tmp_path: Path, extension: str, encoding: int) -> None:
    frames: Any = id3
    path = _with_frames(
        tmp_path / f"a.{extension}",
        frames.TIT2(encoding=encoding, text=["Tåge over Åen"]),
        frames.TPE1(encoding=encoding, text=["Ána", "Bo & Co"]),
        frames.TALB(encoding=encoding, text=["Nord"]),
        frames.TCON(encoding=encoding, text=["Ambient", "Drone"]),
        frames.TMOO(encoding=encoding, text=["calm", "wide"]),
        frames.TDRC(encoding=encoding, text=["2011"]),
        frames.TDOR(encoding=encoding, text=["1998"]),
        frames.TXXX(encoding=encoding, desc="ITUNESADVISORY", text=["1"]),
    )

    read = FileTags().tags(path)

    assert read == SAID


@pytest.mark.parametrize("number", ["17", "(17)"])
def test_a_genre_by_number_is_named(tmp_path: Path, number: str) -> None:
    frames: Any = id3
    path = _with_frames(tmp_path / "a.mp3", frames.TIT2(text=["Stone"]), frames.TCON(text=[number]))

    read = FileTags().tags(path)

    assert read.genres == ("Rock",)


def test_a_credit_that_joins_the_artists_who_follow_is_left_out(tmp_path: Path) -> None:
    path = _audio(tmp_path / "a.flac")
    file: Any = mutagen.File(path)
    file.tags.update({"TITLE": ["Two"], "ARTIST": ["Ána with Bo", "Ána", "Bo"]})
    file.save()

    read = FileTags().tags(path)

    assert read.artists == ("Ána", "Bo")


@pytest.mark.parametrize("extension", list(FORMATS))
def test_a_file_without_tags_is_untitled(tmp_path: Path, extension: str) -> None:
    path = _audio(tmp_path / f"a.{extension}")

    read = FileTags().tags(path)

    assert read == Metadata(title="")


@pytest.mark.parametrize("extension", ["flac", "ogg", "wav", "mp3"])
def test_a_file_cut_anywhere_in_its_tags_raises_nothing(tmp_path: Path, extension: str) -> None:
    whole = tagged(_audio(tmp_path / f"a.{extension}").read_bytes(), {"title": ["Whole"], "artist": ["Ána"], "genre": ["Ambient"]})
    path = tmp_path / f"cut.{extension}"

    titles = set()
    for length in range(0, min(len(whole), 600), 3):
        path.write_bytes(whole[:length])
        titles.add(FileTags().tags(path).title)

    assert titles <= {"", "Whole"} | {"Whole"[:size] for size in range(1, 5)}


def test_no_file_at_all_is_untitled(tmp_path: Path) -> None:
    read = FileTags().tags(tmp_path / "nowhere.flac")

    assert read == Metadata(title="")


@pytest.mark.parametrize("extension", ["flac", "ogg", "wav", "mp3"])
def test_long_tags_leave_the_audio_as_it_was(tmp_path: Path, extension: str) -> None:
    plain = _audio(tmp_path / f"a.{extension}").read_bytes()
    # longer than one page of Ogg holds
    long = "x" * 80_000

    written = tagged(plain, {"title": ["Long"], "comment": [long]})

    file: Any = mutagen.File(io.BytesIO(written))
    assert soundfile.read(io.BytesIO(written))[0].shape == soundfile.read(io.BytesIO(plain))[0].shape
    assert long in str(file.tags)
