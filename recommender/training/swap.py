"""Swap a model version in without a stop: write the idle slot, then switch; until the switch the old version serves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import to_slot
from embeddings.spaces import idle_slot
from recommender.errors import Conflict, InvalidInput
from recommender.filters import Where
from recommender.intake.placing import marks
from recommender.models import Models
from recommender.ports.index import Vector, VectorIndex
from recommender.ports.stores import ServingStore
from recommender.serving import Serving
from recommender.versions import switch
from recommender.wording import content_in

_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Swap:
    """Serve a version, or go back to the one before."""

    index: VectorIndex
    serving: ServingStore
    models: Models

    def serve(self, version: str) -> Serving:
        """Write a version into the idle slot and switch to it; a crash at any moment leaves the old one serving.

        Raises
        ------
        NotFound
            If there is no such version.
        InvalidInput
            If the version did not pass its gate.
        Unavailable
            If a file of the version is damaged, naming it.
        Conflict
            If another swap began after this one.
        """
        manifest = self.models.manifest(version)
        if not manifest.published:
            raise InvalidInput(f"version {version} did not pass its gate: {manifest.refusal}", code="refused_version", field="version")
        serving = self.serving.get()
        if serving.collab_version == version:
            return serving
        self.models.verify(version)
        if serving.idle_collab != version:
            # Written even where nothing changes: the new revision tells a swap that began before that the slot is taken.
            self._write(version, self.serving.put(replace(serving, idle_collab=None)))
        return self._switch(version)

    def rollback(self) -> Serving:
        """Serve the version that served before this one.

        Raises
        ------
        Conflict
            If there was none.
        """
        former = self.serving.get().former_collab
        if former is None:
            raise Conflict("no version served before this one", code="nothing_to_roll_back_to")
        return self.serve(former)

    def part_with(self, versions: Collection[str]) -> Serving:
        """Let versions be served and held ready no more, and return what is left; where the serving one goes, none serves."""

        def changed(now: Serving) -> Serving:
            left = {name: None for name in ("collab_version", "former_collab", "idle_collab") if getattr(now, name) in versions}
            return replace(now, **left)  # type: ignore[arg-type]  # these three may be None

        before = self.serving.get()
        served = switch(self.serving, changed)
        if before.idle_collab in versions or before.former_collab in versions:
            self.index.clear_slot(idle_slot(served.collab_slot))
        if before.collab_version in versions:
            self.index.clear_slot(served.collab_slot)
        self.index.flush()
        return served

    def _write(self, version: str, serving: Serving) -> None:
        slot = idle_slot(serving.collab_slot)
        self.index.clear_slot(slot)
        trained = _by_track(*self.models.vectors(version))
        for page in _pages(sorted(trained)):
            self._set(version, slot, serving, {track_id: trained[track_id] for track_id in page}, predicted=False)
        self._complete(version, slot, serving)
        # What the switch points at must outlast a power cut before the switch itself does.
        self.index.flush()
        self.serving.put(replace(serving, idle_collab=version))

    def _set(self, version: str, slot: str, taken: Serving, rows: Mapping[str, Vector], *, predicted: bool) -> None:
        if self.serving.get().revision != taken.revision:
            raise Conflict(f"another swap began while version {version} was written", code="swap_under_way")
        self.index.set_vectors(slot, rows)
        self.index.set_payload(marks(self.index.fetch(list(rows)), slot, predicted=predicted))

    def _complete(self, version: str, slot: str, serving: Serving) -> None:
        """Give every track that has no vector in the slot the one that the version has for it, trained or else predicted."""
        after: str | None = None
        while True:
            page = self.index.scroll(where=Where(), limit=_PAGE, after=after, slots=(slot,))
            missing = [point.track_id for point in page.points if slot not in point.vectors]
            if missing:
                trained = _by_track(*self.models.vectors(version), only=set(missing))
                self._set(version, slot, serving, trained, predicted=False)
                untrained = [track_id for track_id in missing if track_id not in trained]
                self._set(version, slot, serving, self._predicted(version, serving, untrained), predicted=True)
            if page.after is None:
                return
            after = page.after

    def _predicted(self, version: str, serving: Serving, track_ids: Sequence[str]) -> dict[str, Vector]:
        predictor = self.models.predictor(version)
        points = self.index.fetch(track_ids, slots=(serving.audio_slot, "text"))
        rows = {}
        for track_id, point in points.items():
            names = point.payload.get("artists")
            artists = names if isinstance(names, list) else []
            content = content_in([point.payload])
            if point.vectors or content.words[0]:
                rows[track_id] = predictor.predict(serving, artists, point.vectors, content)
        return rows

    def _switch(self, version: str) -> Serving:
        def changed(now: Serving) -> Serving:
            if now.idle_collab != version:
                raise Conflict(f"version {version} is not in the idle slot any more: another swap is under way", code="swap_under_way")
            return now.swapped()

        served = switch(self.serving, changed)
        # Tracks that came in while the slot was written have no vector in it yet.
        self._complete(version, served.collab_slot, served)
        return served


def _by_track(track_ids: list[str], vectors: NDArray[np.float32], *, only: Collection[str] | None = None) -> dict[str, Vector]:
    """Return trained vectors at the width of the slot; those of tracks that nobody played (zeros) are left to prediction."""
    played = np.abs(vectors).max(axis=1, initial=0.0) > 0
    return {track_id: to_slot(vectors[at]) for at, track_id in enumerate(track_ids) if played[at] and (only is None or track_id in only)}


def _pages(track_ids: list[str]) -> list[list[str]]:
    return [track_ids[start : start + _PAGE] for start in range(0, len(track_ids), _PAGE)]
