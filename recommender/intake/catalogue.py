"""The catalogue as its owner keeps it: describe tracks, look at them, take them out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from recommender.errors import Conflict, NotFound
from recommender.intake.duplicates import Succession
from recommender.ports.catalog import Catalog
from recommender.ports.index import VectorIndex
from recommender.ports.outbox import Outbox
from recommender.tracks import Metadata, Track, TrackStatus


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Describe, show and remove tracks."""

    catalog: Catalog
    index: VectorIndex
    outbox: Outbox
    succession: Succession

    def describe(self, said: Mapping[str, Metadata], *, now: datetime) -> None:
        """Take the metadata of tracks, new or known; their text vectors follow.

        Raises
        ------
        Conflict
            If some of them were written by somebody else at the same moment; none of these was taken.
        """
        standing = self.catalog.get_many(list(said))
        tracks = [_described(standing.get(track_id), track_id, metadata, now=now) for track_id, metadata in said.items()]
        written = self.catalog.put_many(tracks)
        if written:
            self.outbox.described([track.track_id for track in written])
        lost = {track.track_id for track in tracks} - {track.track_id for track in written}
        if lost:
            raise Conflict(f"written by somebody else at the same moment: {', '.join(sorted(lost)[:5])}")

    def track(self, track_id: str) -> Track:
        """Return a track.

        Raises
        ------
        NotFound
            If there is none.
        """
        track = self.catalog.get(track_id)
        if track is None:
            raise NotFound(f"no track {track_id}", code="unknown_track", field="track_id")
        return track

    def remove(self, track_id: str) -> None:
        """Take a track out of all answers and of the catalogue, the index first; a duplicate takes its place.

        Raises
        ------
        NotFound
            If there is none.
        """
        track = self.track(track_id)
        self.index.delete([track.track_id])
        self.succession.promote(track.track_id)
        self.catalog.delete(track.track_id)
        # Another may have been found to be its duplicate meanwhile.
        self.succession.promote(track.track_id)


def _described(track: Track | None, track_id: str, said: Metadata, *, now: datetime) -> Track:
    if track is None:
        return Track(track_id=track_id, metadata=said, added_at=now)
    # What was heard is truer than what is said: a heard track keeps its measured duration.
    duration = track.metadata.duration_ms if track.content_hash is not None else said.duration_ms
    status = TrackStatus.QUEUED if track.status is TrackStatus.REJECTED else track.status
    return replace(track, metadata=replace(said, duration_ms=duration), status=status, rejection=None)
