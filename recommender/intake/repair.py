"""Repair: bring the index back in line with the catalogue, without hearing any music again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from embeddings.collaborative.factors import to_slot
from embeddings.spaces import Space
from recommender.intake.differences import Differences, differences
from recommender.intake.ingest import sentence_of
from recommender.intake.placing import Placing, marks
from recommender.models import Models
from recommender.ports.catalog import Catalog
from recommender.ports.embedders import Reader
from recommender.ports.index import Vector, VectorIndex
from recommender.ports.stores import ServingStore
from recommender.versions import check_text_version, switch

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did; ``unheard`` are tracks whose raw audio values are gone, so that their files must be sent again."""

    placed: int
    removed: int
    unheard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """Compare catalogue and index, and make the index follow the catalogue.

    It takes every vector from what is kept beside the index: audio from the raw values of the first hearing, text from the metadata,
    collaborative vectors from the files of the model version that serves.
    """

    catalog: Catalog
    index: VectorIndex
    serving: ServingStore
    models: Models
    placing: Placing
    reader: Reader

    def differences(self) -> Differences:
        """Return where catalogue and index differ; nothing is changed."""
        return differences(self.catalog, self.index, self.serving.get(), recipe=self.placing.extractors.recipe)

    def run(self, *, progress: Callable[[int, int], None] | None = None) -> Repaired:
        """Remove the ghosts and place what is missing, incomplete or stale; run while nothing else writes.

        An index that is empty is filled from nothing, with the text vectors of the configured model, whichever it held before.

        Parameters
        ----------
        progress
            Called with how many tracks are done and how many there are.

        Raises
        ------
        Unavailable
            If the index holds text vectors of another model than the configured one.
        """
        found = self.differences()
        for start in range(0, len(found.ghosts), _PAGE):
            self.index.delete(found.ghosts[start : start + _PAGE])
        wanted = sorted((*found.missing, *found.incomplete, *found.stale))
        if wanted:
            if len(found.missing) == found.tracks:
                switch(self.serving, lambda now: replace(now, text_version=None))
            check_text_version(self.serving, self.reader.version)
            # What lies in the idle slots is not whole any more: a roll-back writes it again.
            switch(self.serving, lambda now: replace(now, idle_collab=None))
        trained = self._trained()
        unheard: list[str] = []
        for start in range(0, len(wanted), _PAGE):
            unheard += self._place(wanted[start : start + _PAGE], trained)
            if progress is not None:
                progress(min(start + _PAGE, len(wanted)), len(wanted))
        self.index.flush()
        return Repaired(placed=len(wanted), removed=len(found.ghosts), unheard=tuple(unheard))

    def _place(self, track_ids: list[str], trained: dict[str, Vector]) -> list[str]:
        """Place tracks and return those that had audio and have none now."""
        tracks = list(self.catalog.get_many(track_ids).values())
        rows = self.reader.encode([sentence_of(track.metadata) for track in tracks])
        fresh = [replace(track, versions={**track.versions, "text": self.reader.version}) for track in tracks]
        placed = self.placing.place(fresh, {track.track_id: row for track, row in zip(fresh, rows, strict=True)})
        known = {track_id: trained[track_id] for track_id in track_ids if track_id in trained}
        if known:
            slot = self.serving.get().collab_slot
            self.index.set_vectors(slot, known)
            self.index.set_payload(marks(self.index.fetch(list(known)), slot, predicted=False))
        had = {track.track_id for track in tracks if Space.AUDIO.value in track.versions}
        return [track.track_id for track in placed if track.track_id in had and Space.AUDIO.value not in track.versions]

    def _trained(self) -> dict[str, Vector]:
        version = self.serving.get().collab_version
        if version is None:
            return {}
        track_ids, vectors = self.models.vectors(version)
        rows = to_slot(vectors)
        return {track_id: row for track_id, row in zip(track_ids, rows, strict=True) if float(np.abs(row).max(initial=0.0)) > 0}
