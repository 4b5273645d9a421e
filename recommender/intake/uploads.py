"""Begin an upload: say where the audio goes, or that this very file was heard already."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from recommender.errors import InvalidInput
from recommender.identity import point_id
from recommender.ports.catalog import Catalog
from recommender.ports.objects import Objects, UploadTarget
from recommender.tracks import Metadata, Track, TrackStatus

PREFIX: Final = "uploads/"
BEGUN: Final = "uploads/by-id/"
# What the local host takes too; a function's scratch folder must hold it.
LARGEST_BYTES: Final = 2 * 2**30
# A file system takes names of 255 bytes, an object store keys of 1024.
_LONGEST_PART_BYTES: Final = 200
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f]")
_NOTHING_SAID: Final = Metadata(title="")


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that may begin: ``target`` is ``None`` where the file is known and nothing need be sent."""

    track_id: str
    status: TrackStatus
    target: UploadTarget | None


@dataclass(frozen=True, slots=True)
class Uploads:
    """Begin uploads."""

    catalog: Catalog
    objects: Objects
    recipe: str

    def begin(self, filename: str, *, track_id: str, file_hash: str | None, said: Metadata | None, now: datetime) -> Begun:
        """Note the track as queued and return where to PUT its audio.

        A file that was heard with the current extractor, or refused, is answered with its track; one that was heard with another
        extractor is heard again, as the same track.

        Parameters
        ----------
        track_id
            The id of the track if it is a new one and its file's hash is not told.
        """
        parts = safe_parts(filename)
        # A file whose hash is told has its track's id from it, so that an ingest that was interrupted goes on with the same tracks.
        track_id = point_id(file_hash) if file_hash else track_id
        known_id = self.catalog.find_file(file_hash) if file_hash else None
        known = self.catalog.get(known_id or track_id)
        if known is not None and self._is_done(known):
            return Begun(known.track_id, known.status, None)
        track = known or Track(track_id=track_id, metadata=said or _NOTHING_SAID, added_at=now, file_hash=file_hash)
        if track.status is TrackStatus.REJECTED:
            track = replace(track, status=TrackStatus.QUEUED, rejection=None)
        if known is None or track is not known:
            self.catalog.put(track)
        key = f"{BEGUN}{track.track_id}/{'/'.join(parts)}"
        return Begun(track.track_id, track.status, self.objects.upload_target(key))

    def _is_done(self, track: Track) -> bool:
        if track.rejection is not None:
            # What was gone before it could be heard may be sent again.
            return track.rejection.code != "gone"
        if track.status is not TrackStatus.READY or track.content_hash is None:
            return False
        raw = self.catalog.raws_of([track.track_id]).get(track.track_id)
        return raw is not None and raw.recipe == self.recipe


def safe_parts(filename: str) -> tuple[str, ...]:
    """Return the file name and up to two folders above it, without anything that could lead out of a folder.

    Raises
    ------
    InvalidInput
        If there is no name left.
    """
    plain = _UNSAFE.sub("", filename.replace("\\", "/"))
    parts = [part.strip() for part in plain.split("/") if part.strip() not in ("", ".", "..")]
    if not parts:
        raise InvalidInput(f"filename names no file: {filename[:80]!r}", code="invalid_filename", field="filename")
    return tuple(_shortened(part) for part in parts[-3:])


def track_of(key: str) -> tuple[str | None, str]:
    """Return the track id that an upload's key carries, ``None`` for a key that was made elsewhere, and the file's path."""
    if not key.startswith(BEGUN):
        return None, key.removeprefix(PREFIX)
    track_id, _, path = key.removeprefix(BEGUN).partition("/")
    return track_id, path


def _shortened(part: str) -> str:
    """Return a name cut to what every store takes, its extension kept; a character is never cut in two."""
    suffix = PurePosixPath(part).suffix
    if len(suffix.encode()) > 20:
        suffix = ""
    room = _LONGEST_PART_BYTES - len(suffix.encode())
    stem = part.removesuffix(suffix).encode()
    return part if len(stem) <= room else stem[:room].decode(errors="ignore").strip() + suffix
