"""Read what a music file's own tags say, whatever its format."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from recommender.tracks import Metadata

_YEAR: Final = re.compile(r"(?<!\d)(1\d{3}|20\d{2}|21\d{2})(?!\d)")
_LIST: Final = re.compile(r"\s*[;/]\s*|\s*,\s+")
_LONGEST: Final = 500
_MOST: Final = 20
# ID3 frames (mp3, wav, aiff) that the reader leaves unnamed, under the names that Vorbis comments (flac, ogg, opus) use.
_FRAMES: Final = {"tmoo": "mood", "tdor": "originaldate"}


class FileTags:
    """Read the tags of audio files."""

    def tags(self, path: Path) -> Metadata:
        """Return the tags; empty fields where tags are missing, and all empty where they are broken: the audio may still be whole."""
        from tinytag import TinyTag, TinyTagException  # noqa: PLC0415 - light functions never read tags

        try:
            with path.open("rb") as file:
                found = TinyTag.get(file_obj=file, duration=False).as_dict()
        except (TinyTagException, OSError):
            return Metadata(title="")
        return metadata_of({_FRAMES.get(name, name): value for name, value in found.items()})


def metadata_of(tags: Mapping[str, object]) -> Metadata:
    """Return the metadata that tags hold, by lower-case name; every value may be missing, empty, or of any length."""
    return Metadata(
        title=_first(tags, "title"),
        artists=tuple(_singly(_texts(tags, "artist")) or _texts(tags, "albumartist")),
        album=_first(tags, "album") or None,
        genres=tuple(part for text in _texts(tags, "genre") for part in _LIST.split(text) if part)[:_MOST],
        tags=tuple(_texts(tags, "mood")),
        year=_year(_first(tags, "originaldate") or _first(tags, "date") or _first(tags, "year")),
        explicit=_first(tags, "itunesadvisory") in ("1", "4"),
    )


def _singly(artists: list[str]) -> list[str]:
    """Return the artists one by one, without a first credit that joins the names that follow, as in "A with B", "A", "B"."""
    joined = len(artists) > 2 and all(artist in artists[0] for artist in artists[1:])
    return artists[1:] if joined else artists


def _first(tags: Mapping[str, object], name: str) -> str:
    return next(iter(_texts(tags, name)), "")


def _texts(tags: Mapping[str, object], name: str) -> list[str]:
    values = tags.get(name)
    listed = values if isinstance(values, list) else [values]
    # one ID3 frame holds several values with zeros between them
    cleaned = [_printable(text) for value in listed if value is not None for text in str(value).split("\0")]
    return list(dict.fromkeys(text for text in cleaned if text))[:_MOST]


def _printable(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:_LONGEST].strip()


def _year(date: str) -> int | None:
    found = _YEAR.search(date)
    return int(found[1]) if found else None
