"""The catalog: every track's metadata and status. Thread-safe; raises ``Unavailable`` when out of reach."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from recommender.tracks import Track, TrackStatus


class Raw(NamedTuple):
    """Raw pooled audio values of a track as little-endian 32-bit floats, and the recipe by which they were heard."""

    recipe: str
    values: bytes


class Catalog(Protocol):
    """Keep every track's metadata and status, and which file and which audio belong to which track."""

    def put(self, track: Track) -> Track:
        """Write a track and return it with its next revision.

        Raises
        ------
        Conflict
            If ``track.revision`` is not the stored one (0 for a track that is new), or its id is a link to another track.
        """
        ...

    def put_many(self, tracks: Sequence[Track]) -> list[Track]:
        """Write each track whose revision is the stored one and return these with their next revisions; the others are left out."""
        ...

    def get(self, track_id: str) -> Track | None:
        """Return the track, following ``link``; ``None`` if there is none."""
        ...

    def get_many(self, track_ids: Sequence[str]) -> dict[str, Track]:
        """Return those of the tracks that exist, by the id that was asked (links followed)."""
        ...

    def link(self, alias: str, track_id: str) -> None:
        """Let ``alias`` name an existing track from now on; a track stored under ``alias`` itself is dropped, its files pass over.

        Raises
        ------
        NotFound
            If there is no such track to name.
        """
        ...

    def find_file(self, file_hash: str) -> str | None:
        """Return the track that was made from a file with this SHA-256 (see ``remember_file``)."""
        ...

    def claim_content(self, content_hash: str, track_id: str) -> str:
        """Return the track that owns the audio with this hash: the one that claimed it first and still exists, or else this one."""
        ...

    def remember_file(self, file_hash: str, track_id: str) -> None:
        """Note that a file with this SHA-256 became, or was refused as, this track; several files may be one track."""
        ...

    def put_raw(self, track_id: str, *, recipe: str, raw: bytes) -> None:
        """Keep the raw pooled audio values of a track, so that new statistics need no second hearing."""
        ...

    def raws(self, *, after: str | None, limit: int) -> list[tuple[str, str, bytes]]:
        """Return (track id, recipe, raw values) in the order of ids, from after ``after`` on."""
        ...

    def raws_of(self, track_ids: Sequence[str]) -> dict[str, Raw]:
        """Return the raw values of those of the tracks that have some; links are not followed."""
        ...

    def duplicates_of(self, track_id: str) -> list[Track]:
        """Return the tracks that are duplicates of this one, the oldest first, ties by id."""
        ...

    def count_duplicates(self) -> int:
        """Return how many tracks are duplicates of others."""
        ...

    def scroll(self, *, after: str | None, limit: int) -> list[Track]:
        """Return tracks in the order of their ids, from after ``after`` on."""
        ...

    def counts(self) -> Mapping[TrackStatus, int]:
        """Return how many tracks stand where."""
        ...

    def delete(self, track_id: str) -> bool:
        """Remove a track with its links, hashes and raw values; tell whether there was one."""
        ...
