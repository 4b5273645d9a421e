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
# ID3 frames (mp3, wav, aiff) under the names that Vorbis comments (flac, ogg, opus) use.
_FRAMES: Final = {
    "TIT2": "title",
    "TPE1": "artist",
    "TPE2": "albumartist",
    "TALB": "album",
    "TCON": "genre",
    "TMOO": "mood",
    "TDOR": "originaldate",
    "TDRC": "date",
    "TYER": "date",
    "TXXX:ITUNESADVISORY": "itunesadvisory",
}


class MutagenTags:
    """Read tags with mutagen."""

    def tags(self, path: Path) -> Metadata:
        """Return the tags; empty fields where tags are missing, and all empty where they are broken: the audio may still be whole."""
        import mutagen  # noqa: PLC0415 - light functions never read tags

        try:
            file = mutagen.File(path)
            found = dict(file.tags) if file is not None and file.tags else {}
        except (mutagen.MutagenError, OSError, ValueError, KeyError, IndexError, OverflowError):
            return Metadata(title="")
        return metadata_of({_FRAMES.get(str(name), str(name).lower()): _values(value) for name, value in found.items()})


def metadata_of(tags: Mapping[str, object]) -> Metadata:
    """Return the metadata that tags hold, by lower-case name; every value may be missing, empty, or of any length."""
    return Metadata(
        title=_first(tags, "title"),
        artists=tuple(_texts(tags, "artist") or _texts(tags, "albumartist")),
        album=_first(tags, "album") or None,
        genres=tuple(part for text in _texts(tags, "genre") for part in _LIST.split(text) if part)[:_MOST],
        tags=tuple(_texts(tags, "mood")),
        year=_year(_first(tags, "originaldate") or _first(tags, "date") or _first(tags, "year")),
        explicit=_first(tags, "itunesadvisory") in ("1", "4"),
    )


def _values(value: object) -> object:
    """Return what a frame or a comment holds; ID3 genres may be numbers, which mutagen turns into names."""
    return getattr(value, "genres", None) or getattr(value, "text", value)


def _first(tags: Mapping[str, object], name: str) -> str:
    return next(iter(_texts(tags, name)), "")


def _texts(tags: Mapping[str, object], name: str) -> list[str]:
    values = tags.get(name)
    listed = values if isinstance(values, list) else [values]
    cleaned = [_printable(str(value)) for value in listed if value is not None]
    return [text for text in cleaned if text][:_MOST]


def _printable(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:_LONGEST].strip()


def _year(date: str) -> int | None:
    found = _YEAR.search(date)
    return int(found[1]) if found else None
