"""The upload walk: hear an upload, read its words, place it in every space, and list it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from embeddings.audio import Heard
from embeddings.errors import Unhearable
from embeddings.text import track_sentence
from recommender.errors import Conflict, Unavailable
from recommender.identity import point_id
from recommender.intake.duplicates import Duplicates, Succession, is_original
from recommender.intake.extractors import Extractors
from recommender.intake.naming import filled, from_path
from recommender.intake.placing import Placing
from recommender.intake.uploads import LARGEST_BYTES, track_of
from recommender.ports.catalog import Catalog
from recommender.ports.embedders import Hearer, Reader
from recommender.ports.index import VectorIndex
from recommender.ports.objects import Objects
from recommender.ports.stores import ServingStore
from recommender.tracks import Metadata, Rejection, Track, TrackStatus
from recommender.versions import check_text_version, serve_first_audio

# Faults of the hearer that may be the file's own doing; after so many deliveries they are taken for it.
FAULTS_OF_A_FILE: Final = frozenset({"worker_died", "hearing_timeout", "out_of_memory", "hearing_failed"})
MOST_ATTEMPTS: Final = 3


class TagReader(Protocol):
    """Read what a file's own tags say."""

    def tags(self, path: Path) -> Metadata:
        """Return the tags; fields without a tag are empty, and so are all of them where tags are missing or broken."""
        ...


@dataclass(frozen=True, slots=True)
class Ingest:
    """Make whole tracks of uploads and of metadata."""

    catalog: Catalog
    index: VectorIndex
    objects: Objects
    serving: ServingStore
    hearer: Hearer
    reader: Reader
    tags: TagReader
    placing: Placing
    duplicates: Duplicates
    succession: Succession
    extractors: Extractors
    keep_audio: bool = False

    def hear(self, key: str, *, now: datetime, attempt: int = 1) -> Track | None:
        """Hear the upload under ``key`` and list its track; return it, or ``None`` where there was nothing left to do.

        What can never be heard is noted on the track as rejected, with the reason; only faults that may pass are raised. A file over
        which the hearer itself failed three times is rejected too.

        Raises
        ------
        Unavailable, Conflict
            If it should be tried again.
        """
        asked_id, path = track_of(key)
        known = self.catalog.get(asked_id or point_id(key))
        if known is None and asked_id is not None:
            # The track was deleted while its upload waited.
            self.objects.delete(key)
            return None
        track = known or Track(track_id=point_id(key), metadata=Metadata(title=""), added_at=now)
        size = self.objects.size(key)
        if size is None:
            # A message that comes again after its work was done finds the audio gone; one whose audio never came finds it queued.
            waiting = track.status is TrackStatus.QUEUED and track.revision > 0
            return self._reject(track, Rejection("gone", "The upload was deleted before it could be heard."), path) if waiting else None
        if size == 0:
            return self._refuse(track, Rejection("empty", "The file is empty."), key, path)
        if size > LARGEST_BYTES:
            return self._refuse(track, Rejection("too_large", f"The file has {size} bytes; {LARGEST_BYTES} are the most."), key, path)
        if track.revision == 0:
            track = self.catalog.put(track)
        with self.objects.as_file(key) as file:
            done = self._hear_file(track, file, path, attempt=attempt)
        if not self.keep_audio:
            self.objects.delete(key)
        return done

    def read(self, track_ids: Sequence[str]) -> list[Track]:
        """Give the tracks the text vector of their metadata as it stands now, in one batch, and list them; duplicates have none."""
        known = self.catalog.get_many(track_ids).values()
        tracks = [track for track in known if track.status is not TrackStatus.REJECTED and track.duplicate_of is None]
        if not tracks:
            return []
        check_text_version(self.serving, self.reader.version)
        sentences = self.reader.encode([sentence_of(track.metadata) for track in tracks])
        fresh = [replace(track, status=TrackStatus.READY, versions={**track.versions, "text": self.reader.version}) for track in tracks]
        return self.placing.place(fresh, {track.track_id: row for track, row in zip(fresh, sentences, strict=True)})

    def _hear_file(self, track: Track, file: Path, path: str, *, attempt: int) -> Track:
        said = filled(track.metadata, self.tags.tags(file), from_path(path))
        track = replace(track, metadata=said, file_hash=_file_hash(file))
        try:
            heard = self.hearer.hear(file)
        except Unhearable as error:
            return self._reject(track, Rejection(error.code, error.reason), path)
        except Unavailable as error:
            if error.code not in FAULTS_OF_A_FILE or attempt < MOST_ATTEMPTS:
                raise
            return self._reject(track, Rejection(error.code, f"Hearing it failed {attempt} times: {error.message}."), path)
        if track.content_hash not in (None, heard.content_hash):
            # Other audio under the same id: what was the same recording as the former is not the same as this.
            self.succession.promote(track.track_id)
        owner = self._owner(heard.content_hash, track.track_id)
        if owner != track.track_id:
            return self._merge(track, owner)
        return self._list(track, heard)

    def _owner(self, content_hash: str, track_id: str) -> str:
        """Return the track that this audio belongs to; one that claimed it and was rejected since gives it up, and its name with it."""
        owner = self.catalog.claim_content(content_hash, track_id)
        standing = self.catalog.get(owner) if owner != track_id else None
        if standing is None or standing.status is not TrackStatus.REJECTED:
            return owner
        self.catalog.link(owner, track_id)
        return track_id

    def _list(self, track: Track, heard: Heard) -> Track:
        check_text_version(self.serving, self.reader.version)
        row = self.reader.encode([sentence_of(track.metadata)])[0]
        self.extractors.keep(self.hearer.version, self.hearer.statistics)
        serve_first_audio(self.serving, self.hearer.version)
        values = np.ascontiguousarray(heard.raw, dtype="<f4").tobytes()
        self.catalog.put_raw(track.track_id, recipe=self.extractors.recipe, raw=values)
        fresh = replace(
            track,
            metadata=replace(track.metadata, duration_ms=heard.duration_ms),
            status=TrackStatus.READY,
            rejection=None,
            attributes=dict(heard.attributes),
            content_hash=heard.content_hash,
            versions={**track.versions, "text": self.reader.version},
            duplicate_of=None,
        )
        # What was listed once stays listed, so that of two encodings one always is.
        original = None if "audio" in track.versions else self.duplicates.original_of(fresh)
        listed = self._set_aside(fresh, original) if original else fresh
        if listed.duplicate_of is None:
            placed = self.placing.place([listed], {listed.track_id: row})
            if not placed:
                raise Conflict(f"track {track.track_id!r} was written by somebody else while it was heard")
            listed = placed[0]
        if listed.file_hash:
            self.catalog.remember_file(listed.file_hash, listed.track_id)
        return listed

    def _set_aside(self, track: Track, original: Track) -> Track:
        """Note the track as a duplicate, without a point; one whose original went meanwhile is returned as no duplicate."""
        # A track that was described before has a point: before the note, or a crash between them would leave it in answers.
        self.index.delete([track.track_id])
        noted = self.catalog.put(replace(track, duplicate_of=original.track_id, versions={}))
        standing = self.catalog.get(original.track_id)
        return noted if standing is not None and is_original(standing) else replace(track, revision=noted.revision)

    def _merge(self, track: Track, twin: str) -> Track:
        """Let the upload's id name the track that has the same audio."""
        if track.file_hash:
            self.catalog.remember_file(track.file_hash, twin)
        # A track that was described before has a point: before the link, or a crash between them would leave it in answers.
        self.index.delete([track.track_id])
        self.catalog.link(track.track_id, twin)
        merged = self.catalog.get(twin)
        if merged is None:
            raise Conflict(f"track {twin} was deleted while {track.track_id} was found to be the same audio")
        return merged

    def _refuse(self, track: Track, rejection: Rejection, key: str, path: str) -> Track:
        """Reject a track before its audio is looked at, and let go of that."""
        refused = self._reject(track, rejection, path)
        self.objects.delete(key)
        return refused

    def _reject(self, track: Track, rejection: Rejection, path: str) -> Track:
        if track.status is TrackStatus.READY:
            # Something else was sent in the place of audio that was heard: what was heard stays.
            return track
        named = replace(track, metadata=filled(track.metadata, from_path(path)))
        refused = self.catalog.put(replace(named, status=TrackStatus.REJECTED, rejection=rejection))
        if refused.file_hash and rejection.code != "gone":
            self.catalog.remember_file(refused.file_hash, refused.track_id)
        return refused


def sentence_of(said: Metadata) -> str:
    """Return the sentence that stands for a track in the text space."""
    return track_sentence(title=said.title, artists=said.artists, album=said.album, genres=said.genres, tags=said.tags, year=said.year)


def _file_hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
