"""Place tracks: write their points and their rows, so that every vector is of the version that its slot holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from embeddings.spaces import idle_slot
from recommender.errors import Unavailable
from recommender.intake.extractors import Extractors
from recommender.models import Models
from recommender.payload import NAMED_FIELDS, PayloadValue, names_of, payload_of
from recommender.ports.catalog import Catalog
from recommender.ports.index import Point, Vector, VectorIndex
from recommender.ports.stores import ServingStore
from recommender.serving import Serving
from recommender.tracks import Track
from recommender.wording import content_of

_TRIES: Final = 10
_COLLAB: Final = ("collab_a", "collab_b")


class Collab(NamedTuple):
    """Which model version a track's collaborative vector is of, and whether it is predicted, not trained."""

    version: str
    is_predicted: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """A track on its way into the index: the point that stands, what of its vectors stays, and what is new."""

    track: Track
    former: Point | None
    kept: Mapping[str, Vector]
    fresh: Mapping[str, Vector]

    @property
    def payload(self) -> dict[str, PayloadValue]:
        marked = {mark_of(slot): self._mark(slot) for slot in _COLLAB if slot in self.kept or slot in self.fresh}
        return payload_of(self.track) | marked

    @property
    def needs_whole_point(self) -> bool:
        return self.former is None or bool(self.former.payload.keys() - self.payload.keys() - {mark_of(slot) for slot in _COLLAB})

    @property
    def is_renamed(self) -> bool:
        return self.former is None or any(self.former.payload.get(name) != self.payload.get(name) for name in NAMED_FIELDS)

    def _mark(self, slot: str) -> int:
        known = self.former.payload.get(mark_of(slot), 0) if self.former else 0
        return 1 if slot in self.fresh else int(known == 1)


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
        copied: set[str] = set()
        for _ in range(_TRIES):
            serving = self.serving.get()
            placed = self._placed(tracks, sentences, serving, stale=copied)
            copied |= self._write(placed)
            written = self.catalog.put_many([one.track for one in placed])
            self._clear({track.track_id for track in tracks} - {track.track_id for track in written})
            # A swap that began or ended since then may have passed these tracks over: they are placed again.
            if _held(self.serving.get()) == _held(serving):
                return written
            tracks = written
        raise Unavailable(f"what is served was switched by others {_TRIES} times in a row", code="contended")

    def collab_of(self, track_id: str) -> Collab | None:
        """Return what a track's collaborative vector is, ``None`` where it has none."""
        serving = self.serving.get()
        slot = serving.collab_slot
        point = self.index.fetch([track_id], slots=(slot,)).get(track_id)
        if serving.collab_version is None or point is None or slot not in point.vectors:
            return None
        return Collab(serving.collab_version, bool(point.payload.get(mark_of(slot), 0)))

    def _placed(
        self, tracks: Sequence[Track], sentences: Mapping[str, Vector], serving: Serving, *, stale: Collection[str]
    ) -> list[_Placed]:
        ids = [track.track_id for track in tracks]
        raws = self.catalog.raws_of(ids)
        standing = self.index.fetch(ids, slots=(serving.audio_slot, "text", *_COLLAB))
        heard = {slot: self.extractors.project(version, raws) for slot, version in _audio_slots(serving).items()}
        placed = []
        for track in tracks:
            former = standing.get(track.track_id)
            fresh = {slot: rows[track.track_id] for slot, rows in heard.items() if track.track_id in rows}
            fresh |= {"text": sentences[track.track_id]} if track.track_id in sentences else {}
            kept = {} if former is None else {slot: row for slot, row in former.vectors.items() if _may_stay(slot, track, stale)}
            if serving.collab_slot not in kept:
                predicted = self.models.predicted(serving, track.metadata.artists, kept | fresh, content_of([track.metadata]))
                fresh |= {} if predicted is None else {serving.collab_slot: predicted}
            told = in_version(track, serving.audio_version if serving.audio_slot in kept | fresh else None)
            placed.append(_Placed(told, former, kept, fresh))
        return placed

    def _write(self, placed: Sequence[_Placed]) -> set[str]:
        """Write the points, and return the tracks whose collaborative vectors were read and written back.

        A point that stands has only what is new written into it: a vector that was read a moment ago may be another by now, where a
        swap is under way. Only where a field of the payload goes, which no change of fields can do, the whole point is written.
        """
        whole = [one for one in placed if one.needs_whole_point]
        self.index.upsert([Point(one.track.track_id, {**one.kept, **one.fresh}, one.payload, names_of(one.track)) for one in whole])
        changed = [one for one in placed if not one.needs_whole_point]
        for slot in sorted({slot for one in changed for slot in one.fresh}):
            self.index.set_vectors(slot, {one.track.track_id: one.fresh[slot] for one in changed if slot in one.fresh})
        self.index.set_names({one.track.track_id: names_of(one.track) for one in changed if one.is_renamed})
        self.index.set_payload({one.track.track_id: one.payload for one in changed})
        return {one.track.track_id for one in whole if one.kept.keys() & set(_COLLAB)}

    def _clear(self, lost: set[str]) -> None:
        """Take out again what was placed for tracks that turned out to be others, duplicates or deleted meanwhile."""
        stored = self.catalog.get_many(sorted(lost)) if lost else {}
        kept = {track_id for track_id, track in stored.items() if track.track_id == track_id and track.duplicate_of is None}
        if lost - kept:
            self.index.delete(sorted(lost - kept))


def mark_of(slot: str) -> str:
    """Return the payload field that says whether a point's vector in a collab slot is predicted: 1, or 0 for trained."""
    return f"{slot}_predicted"


COLLAB_MARKS: Final = frozenset(map(mark_of, _COLLAB))


def marks(points: Mapping[str, Point], slot: str, *, predicted: bool) -> dict[str, dict[str, PayloadValue]]:
    """Return the changes of payload that mark these points' vectors in a slot, where they are not so already; unmarked is trained."""
    mark = mark_of(slot)
    return {track_id: {mark: int(predicted)} for track_id, point in points.items() if point.payload.get(mark, 0) != int(predicted)}


def in_version(track: Track, version: str | None) -> Track:
    """Return the track with the version of its audio vector, ``None`` where it has none."""
    others = {space: held for space, held in track.versions.items() if space != "audio"}
    return replace(track, versions=others if version is None else {"audio": version, **others})


def _audio_slots(serving: Serving) -> dict[str, str]:
    """Return the version that each audio slot holds or is being filled with."""
    known = {serving.audio_slot: serving.audio_version, idle_slot(serving.audio_slot): serving.next_audio}
    return {slot: version for slot, version in known.items() if version is not None}


def _held(serving: Serving) -> tuple[dict[str, str], str, str | None]:
    """Return what must not change while tracks are placed: the audio versions, and the collab slot that answers with its version."""
    return _audio_slots(serving), serving.collab_slot, serving.collab_version


def _may_stay(slot: str, track: Track, stale: Collection[str]) -> bool:
    """Tell whether a vector of the standing point stays; collaborative ones that were written back across a swap are of either version."""
    return slot not in _COLLAB or track.track_id not in stale
