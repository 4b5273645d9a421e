"""A real catalogue as rows to ingest, and queries for known items of it as people would type them."""

import csv
import json
import random
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Item:
    """A track of the catalogue: what a known-item query is made of, and its row."""

    title: str
    artist: str
    row: Mapping[str, Any]

    @property
    def track_id(self) -> str:
        """The track's id."""
        return str(self.row["track_id"])


def items_of(folder: Path) -> list[Item]:
    """Read ``track.csv``, ``artist.csv`` and ``album.csv``; an artist or album that is not listed is left out of the track's row."""
    artists = {row["artist_id"]: row for row in _rows(folder / "artist.csv")}
    albums = {row["album_id"]: row for row in _rows(folder / "album.csv")}
    return [
        _item(row, artists.get(row["track_artist_id"], {}), albums.get(row["track_album_id"], {})) for row in _rows(folder / "track.csv")
    ]


def write_rows(items: list[Item], path: Path) -> None:
    """Write the catalogue as JSON lines, as ``segue ingest`` reads them."""
    path.write_text("".join(f"{json.dumps(dict(item.row), ensure_ascii=False)}\n" for item in items), encoding="utf-8")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _item(track: Mapping[str, str], artist: Mapping[str, str], album: Mapping[str, str]) -> Item:
    name = artist.get("artist_name", "")
    row = {
        "track_id": track["track_id"],
        "title": track["track_name"],
        "artists": [name] if name else [],
        "album": album.get("album_name"),
        "genres": [genre.strip(" '\"") for genre in artist.get("artist_genres", artist.get("artist_genre", "")).strip("[]").split(",")],
        "year": album.get("album_release_date"),
        "explicit": track["track_explicit"],
        "popularity": track["track_popularity"],
    }
    return Item(track["track_name"], name, {key: value for key, value in row.items() if value not in (None, "", [""])})


def misspelt(text: str, rng: random.Random, *, shortest: int = 2) -> str:
    """Return the text with one typing error in each word of at least ``shortest`` letters, anywhere in it, its first letter included."""
    return " ".join(_misspelt_word(word, rng) if len(word) >= shortest else word for word in text.split())


def _misspelt_word(word: str, rng: random.Random) -> str:
    while True:
        at, letter = rng.randrange(len(word)), rng.choice(string.ascii_lowercase)
        wrong = rng.choice(
            (
                f"{word[:at]}{letter}{word[at + 1 :]}",
                f"{word[:at]}{letter}{word[at:]}",
                f"{word[:at]}{word[at + 1 :]}",
                f"{word[:at]}{word[at]}{word[at:]}",
                f"{word[:at]}{word[at + 1 : at + 2]}{word[at]}{word[at + 2 :]}",
            )
        )
        if wrong != word and wrong.strip():
            return wrong


def _both(item: Item) -> str:
    return f"{item.title} {item.artist}".strip()


def _beginning(item: Item) -> str:
    return item.title[: max(3, round(0.6 * len(item.title)))]


QUERIES: Final[Mapping[str, Callable[[Item, random.Random], str]]] = {
    "title": lambda item, _: item.title,
    "title, small letters": lambda item, _: item.title.lower(),
    "title + artist": lambda item, _: _both(item),
    "artist + title": lambda item, _: f"{item.artist} {item.title}".strip(),
    "title + artist, one typo a word": lambda item, rng: misspelt(_both(item), rng),
    "same, words of 4 letters and more": lambda item, rng: misspelt(_both(item), rng, shortest=4),
    "title, one typo a word": lambda item, rng: misspelt(item.title, rng),
    "beginning of the title (60 %)": lambda item, _: _beginning(item),
}
