"""The stored form of a track."""

from dataclasses import asdict, fields
from typing import Any, Final

from infra.codec.moments import to_microseconds, to_moment
from recommender.tracks import Metadata, Rejection, Track, TrackStatus

_METADATA: Final = tuple(field.name for field in fields(Metadata))


def encode_track(track: Track) -> dict[str, Any]:
    """Return a track as JSON values."""
    return {
        "track_id": track.track_id,
        "metadata": {name: getattr(track.metadata, name) for name in _METADATA},
        "added_at": to_microseconds(track.added_at),
        "status": track.status.value,
        "rejection": asdict(track.rejection) if track.rejection else None,
        "attributes": {name: float(value) for name, value in track.attributes.items()},
        "content_hash": track.content_hash,
        "file_hash": track.file_hash,
        "versions": dict(track.versions),
        "duplicate_of": track.duplicate_of,
        "revision": track.revision,
    }


def decode_track(stored: dict[str, Any]) -> Track:
    """Return the track that was stored."""
    return Track(
        track_id=stored["track_id"],
        metadata=_decode_metadata(stored["metadata"]),
        added_at=to_moment(stored["added_at"]),
        status=TrackStatus(stored["status"]),
        rejection=Rejection(**stored["rejection"]) if stored["rejection"] else None,
        attributes=stored["attributes"],
        content_hash=stored["content_hash"],
        file_hash=stored["file_hash"],
        versions=stored["versions"],
        duplicate_of=stored["duplicate_of"],
        revision=stored["revision"],
    )


def _decode_metadata(stored: dict[str, Any]) -> Metadata:
    told: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
    return Metadata(**told)
