"""What is known of a track before it is heard: what was said, then its tags, then its folders and file name."""

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from recommender.tracks import Metadata

_TRACK_NUMBER: Final = re.compile(r"^\d{1,3}(?:[-.]\d{1,3})?[\s._-]+(?=\S)")
_ARTIST_TITLE: Final = re.compile(r"^(?P<artist>.+?)\s+-\s+(?P<title>.+)$")


def from_path(path: str) -> Metadata:
    """Return the title, artist and album that ``Artist/Album/01 Title.ext`` or ``Artist - Title.ext`` tells.

    One folder above the file is taken for the album's artist only where there are two; a single folder is the album.
    """
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    stem = PurePosixPath(parts[-1]).stem if parts else ""
    bare = _TRACK_NUMBER.sub("", stem).replace("_", " ").strip() or stem.strip() or "Untitled"
    folders = parts[:-1]
    said = _ARTIST_TITLE.match(bare)
    title = said["title"].strip() if said else bare
    artist = said["artist"].strip() if said else (folders[-2].strip() if len(folders) >= 2 else "")
    album = folders[-1].strip() if folders else ""
    return Metadata(title=title, artists=(artist,) if artist else (), album=album or None)


def filled(said: Metadata, *others: Metadata) -> Metadata:
    """Return ``said`` with what it leaves empty taken from the others, the first that knows it."""
    for other in others:
        said = replace(
            said,
            title=said.title or other.title,
            artists=said.artists or other.artists,
            album=said.album or other.album,
            genres=said.genres or other.genres,
            tags=said.tags or other.tags,
            year=said.year if said.year is not None else other.year,
            explicit=said.explicit or other.explicit,
            duration_ms=said.duration_ms if said.duration_ms is not None else other.duration_ms,
        )
    return said
