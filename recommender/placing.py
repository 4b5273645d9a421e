"""Place tracks: write their points and their rows, so that every vector is of the version that its slot holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from embeddings.spaces import idle_slot
from recommender.errors import Unavailable
from recommender.extractors import Extractors
from recommender.models import Models
from recommender.payload import payload_of
from recommender.ports.index import Point, Vector, VectorIndex
from recommender.ports.stores import Catalog, ServingStore
from recommender.serving import Serving
from recommender.tracks import Track

_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Placing:
    """Write points and rows together, however often the serving versions change meanwhile."""

    catalog: Catalog
    index: VectorIndex
    serving: ServingStore
    models: Models
    extractors: Extractors

    def place(self, tracks: Sequence[Track], sentences: Mapping[str, Vector]) -> list[Track]:
        """List the tracks and return those that nobody else wrote meanwhile.

        Audio vectors are made from the raw values that are kept, in the serving version and in one that is being written; other
        vectors stay, and a collaborative one that is missing is predicted.

        Parameters
        ----------
        sentences
            Fresh text vectors by track.

        Raises
        ------
        Unavailable
            If what is served changed many times in a row.
        """
        for _ in range(_TRIES):
            serving = self.serving.get()
            placed = self._placed(tracks, sentences, serving)
            self.index.upsert([point for _, point in placed])
            written = self.catalog.put_many([track for track, _ in placed])
            self._clear({track.track_id for track in tracks} - {track.track_id for track in written})
            # A swap that began or ended since then may have passed these tracks over: they are placed again.
            if _audio_slots(self.serving.get()) == _audio_slots(serving):
                return written
            tracks = written
        raise Unavailable(f"what is served was switched by others {_TRIES} times in a row", code="contended")

    def _placed(self, tracks: Sequence[Track], sentences: Mapping[str, Vector], serving: Serving) -> list[tuple[Track, Point]]:
        ids = [track.track_id for track in tracks]
        raws = self.catalog.raws_of(ids)
        standing = self.index.fetch(ids, slots=(serving.audio_slot, "text", "collab_a", "collab_b"))
        heard = {slot: self.extractors.project(version, raws) for slot, version in _audio_slots(serving).items()}
        placed = []
        for track in tracks:
            vectors = dict(standing[track.track_id].vectors) if track.track_id in standing else {}
            vectors |= {slot: rows[track.track_id] for slot, rows in heard.items() if track.track_id in rows}
            vectors |= {"text": sentences[track.track_id]} if track.track_id in sentences else {}
            if serving.collab_slot not in vectors:
                predicted = self.models.predicted(serving, track.metadata.artists, vectors)
                vectors |= {} if predicted is None else {serving.collab_slot: predicted}
            told = in_version(track, serving.audio_version if serving.audio_slot in vectors else None)
            placed.append((told, Point(track.track_id, vectors, payload_of(told))))
        return placed

    def _clear(self, lost: set[str]) -> None:
        """Take out again what was placed for tracks that turned out to be others, duplicates or deleted meanwhile."""
        stored = self.catalog.get_many(sorted(lost)) if lost else {}
        kept = {track_id for track_id, track in stored.items() if track.track_id == track_id and track.duplicate_of is None}
        if lost - kept:
            self.index.delete(sorted(lost - kept))


def in_version(track: Track, version: str | None) -> Track:
    """Return the track with the version of its audio vector, ``None`` where it has none."""
    others = {space: held for space, held in track.versions.items() if space != "audio"}
    return replace(track, versions=others if version is None else {"audio": version, **others})


def _audio_slots(serving: Serving) -> dict[str, str]:
    """Return the version that each audio slot holds or is being filled with."""
    known = {serving.audio_slot: serving.audio_version, idle_slot(serving.audio_slot): serving.next_audio}
    return {slot: version for slot, version in known.items() if version is not None}
