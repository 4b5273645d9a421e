"""What folders and file names tell of a track, and what is said before they are asked."""

import pytest

from recommender.intake.naming import filled, from_path
from recommender.tracks import Metadata


@pytest.mark.parametrize(
    ("path", "title", "artists", "album"),
    [
        ("Song.mp3", "Song", (), None),
        ("Band - Song.mp3", "Song", ("Band",), None),
        ("Record/Song.mp3", "Song", (), "Record"),
        ("Band/Record/01 Song.flac", "Song", ("Band",), "Record"),
        ("Band/Record/01. Song.flac", "Song", ("Band",), "Record"),
        ("Band/Record/1-02 Song.flac", "Song", ("Band",), "Record"),
        ("Various/Record/03 - Band - Song.ogg", "Song", ("Band",), "Record"),
        ("music/Band/Record/Song.ogg", "Song", ("Band",), "Record"),
        ("Band\\Record\\Song.wav", "Song", ("Band",), "Record"),
        ("my_long_song.wav", "my long song", (), None),
        ("1999.mp3", "1999", (), None),
        ("01.mp3", "01", (), None),
        ("//server/Record/Song.wav", "Song", ("server",), "Record"),
        ("../../Song.mp3", "Song", (), None),
        ("", "Untitled", (), None),
    ],
)
def test_a_path_tells_title_artist_and_album(path: str, title: str, artists: tuple[str, ...], album: str | None) -> None:
    assert from_path(path) == Metadata(title=title, artists=artists, album=album)


def test_what_was_said_stands_and_the_first_that_knows_fills_the_rest() -> None:
    said = Metadata(title="Said", year=1990)
    tags = Metadata(title="Tagged", artists=("Tagged",), year=2000, genres=("rock",))
    path = Metadata(title="Path", artists=("Path",), album="Path")

    assert filled(said, tags, path) == Metadata(title="Said", artists=("Tagged",), album="Path", year=1990, genres=("rock",))


def test_what_nobody_knows_stays_empty() -> None:
    assert filled(Metadata(title="T"), Metadata(title="")) == Metadata(title="T")
