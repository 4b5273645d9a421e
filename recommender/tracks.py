"""A track: what people say of it, what was heard in it, and where it stands on its way into the index."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class TrackStatus(StrEnum):
    """Name where a track stands: ``queued`` waits to be heard or read, ``ready`` can be answered with, ``rejected`` never will."""

    QUEUED = "queued"
    READY = "ready"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What people say of a track.

    Attributes
    ----------
    popularity
        0 to 100, as the catalogue's owner gives it.
    markets
        Two-letter country codes where it may be played; empty means everywhere.
    """

    title: str
    artists: tuple[str, ...] = ()
    album: str | None = None
    genres: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    year: int | None = None
    duration_ms: int | None = None
    explicit: bool = False
    popularity: float = 0.0
    markets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a track was refused: a code for programs, a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One item of the catalogue.

    Attributes
    ----------
    attributes
        What was heard, by name (see ``embeddings.audio.ATTRIBUTES``); empty for a track without audio.
    content_hash
        Hash of the decoded samples: equal for two files with the same audio.
    file_hash
        SHA-256 of the file as it was uploaded.
    versions
        Which version of each space's vector the track has.
    duplicate_of
        The track this one is another encoding of; such a track has no point in the index, so it is in no answer.
    revision
        Counts writes; a store refuses to write over a newer one.
    """

    track_id: str
    metadata: Metadata
    added_at: datetime
    status: TrackStatus = TrackStatus.QUEUED
    rejection: Rejection | None = None
    attributes: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    content_hash: str | None = None
    file_hash: str | None = None
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    duplicate_of: str | None = None
    revision: int = 0
