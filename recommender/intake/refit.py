"""Refit the audio space on the served catalogue and swap the new version in without a stop; nothing is decoded again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.fit import SMALLEST_CATALOGUE, refit
from embeddings.audio.statistics import to_bytes, version_of
from embeddings.spaces import idle_slot
from recommender.errors import Conflict, InvalidInput, NotFound, Unavailable
from recommender.intake.duplicates import is_original
from recommender.intake.extractors import Extractors
from recommender.intake.placing import in_version
from recommender.ports.catalog import Catalog, Raw
from recommender.ports.embedders import Hearer
from recommender.ports.index import VectorIndex
from recommender.ports.stores import ServingStore
from recommender.serving import Serving
from recommender.tracks import Track
from recommender.versions import switch

# Statistics of 1,472 values are settled well before this many tracks; they would take 120 MB as they lie and several times that fitted.
MOST_FITTED: Final = 10_000
_PAGE: Final = 250
_TRIES: Final = 10
_SEED: Final = 0

Raws = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Refit:
    """Fit statistics on what was heard, and serve any version that is kept."""

    catalog: Catalog
    index: VectorIndex
    serving: ServingStore
    extractors: Extractors
    hearer: Hearer

    def run(self, *, now: datetime) -> str:
        """Fit new statistics on the catalogue, without labels, serve them, and return their version.

        Raises
        ------
        InvalidInput
            If too few tracks were heard to fit on.
        Conflict
            If another swap began after this one.
        """
        raws = self._sample()
        if len(raws) < SMALLEST_CATALOGUE:
            heard = f"{len(raws)} tracks with audio are too few to fit on; {SMALLEST_CATALOGUE} are needed"
            raise InvalidInput(heard, code="too_few_tracks")
        known = self.extractors.statistics(self.serving.get().audio_version) or self.extractors.statistics(self._configured())
        if known is None:
            raise NotFound("no statistics of this recipe to start from", code="unknown_version")
        note = {"music": "the served catalogue", "tracks": len(raws), "date": now.date().isoformat()}
        content = to_bytes(refit(raws, known, note=json.dumps(note, sort_keys=True)))
        version = version_of(content)
        self.extractors.keep(version, content)
        self.serve(version)
        return version

    def adopt(self) -> str:
        """Serve the statistics that this installation is configured with, and return their version; raises ``Conflict`` as ``run``."""
        version = self._configured()
        self.serve(version)
        return version

    def serve(self, version: str) -> Serving:
        """Write a version into the idle slot and switch to it; a crash at any moment leaves the old one serving.

        Raises
        ------
        NotFound
            If no such version is kept.
        Conflict
            If another swap began after this one.
        """
        if self.extractors.statistics(version) is None:
            raise NotFound(f"no audio version {version}", code="unknown_version", field="version")
        serving = self.serving.get()
        if serving.audio_version != version:
            serving = self._swap(version, serving)
        self._note(version, serving.audio_slot)
        return serving

    def _swap(self, version: str, serving: Serving) -> Serving:
        # Written even where nothing changes: the new revision tells a swap that began before that the slot is taken. From now on
        # what is heard is written into both slots, so that nothing is left to catch up with after the switch.
        taken = self.serving.put(replace(serving, next_audio=version))
        slot = idle_slot(taken.audio_slot)
        self.index.clear_slot(slot)
        after: str | None = None
        while page := self.catalog.raws(after=after, limit=_PAGE):
            self._check_taken(version, taken, self.serving.get())
            raws = {track_id: Raw(recipe, values) for track_id, recipe, values in page}
            self.index.set_vectors(slot, self.extractors.project(version, raws))
            after = page[-1][0]
        self.index.flush()

        def changed(now: Serving) -> Serving:
            self._check_taken(version, taken, now)
            return replace(now, audio_slot=slot, audio_version=version, next_audio=None)

        return switch(self.serving, changed)

    def _check_taken(self, version: str, taken: Serving, now: Serving) -> None:
        if now.revision != taken.revision:
            raise Conflict(f"another swap began while audio version {version} was written", code="swap_under_way")

    def _note(self, version: str, slot: str) -> None:
        """Write the version on all tracks that have a vector of it."""
        after: str | None = None
        while page := self.catalog.scroll(after=after, limit=_PAGE):
            after = page[-1].track_id
            if self.serving.get().audio_version != version:
                return
            self._note_on(page, version, slot)

    def _note_on(self, page: Sequence[Track], version: str, slot: str) -> None:
        for _ in range(_TRIES):
            listed = [track for track in page if is_original(track)]
            points = self.index.fetch([track.track_id for track in listed], slots=(slot,))
            placed = {track_id for track_id, point in points.items() if slot in point.vectors}
            noted = [in_version(track, version if track.track_id in placed else None) for track in listed]
            behind = [fresh for fresh, track in zip(noted, listed, strict=True) if fresh.versions != track.versions]
            if not behind:
                return
            self.index.set_payload({track.track_id: {"audio_version": version} for track in behind if "audio" in track.versions})
            self.catalog.put_many(behind)
            page = list(self.catalog.get_many([track.track_id for track in behind]).values())
        raise Unavailable(f"tracks were written by others {_TRIES} times in a row", code="contended")

    def _sample(self) -> Raws:
        """Return raw values of up to 10,000 tracks, shape (n, 1472), each as likely as any other and the same at every call."""
        rng = np.random.default_rng(_SEED)
        kept: list[bytes] = []
        seen = 0
        after: str | None = None
        while page := self.catalog.raws(after=after, limit=_PAGE):
            after = page[-1][0]
            for _, recipe, values in page:
                if recipe != self.extractors.recipe:
                    continue
                seen += 1
                if len(kept) < MOST_FITTED:
                    kept.append(values)
                elif (place := int(rng.integers(seen))) < MOST_FITTED:
                    kept[place] = values
        return np.frombuffer(b"".join(kept), "<f4").reshape(len(kept), -1) if kept else np.zeros((0, 0), np.float32)

    def _configured(self) -> str:
        self.extractors.keep(self.hearer.version, self.hearer.statistics)
        return self.hearer.version
