"""One training: fit on the past, judge on what came after, fit again on everything, publish, and swap in what won."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.cold import fit_cold
from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import Arrays
from embeddings.collaborative.ials import train_ials
from embeddings.spaces import COLLAB_DIM
from recommender.errors import InvalidInput
from recommender.identity import fold
from recommender.interactions import Interaction
from recommender.models import Manifest, Models, features_of
from recommender.ports.index import VectorIndex
from recommender.ports.stores import InteractionLog, ServingStore
from recommender.training.gate import FEWEST_JUDGED, LEAST_TRACKS, LEAST_USERS, judge
from recommender.training.gathering import Gathered, gather
from recommender.training.swap import Swap

# The last part of the log, by time, on which a candidate is judged.
JUDGED_SHARE: Final = 0.2
VERSIONS_KEPT: Final = 5


@dataclass(frozen=True, slots=True)
class Training:
    """Train, judge, publish and serve collaborative factors."""

    log: InteractionLog
    index: VectorIndex
    serving: ServingStore
    models: Models
    swap: Swap

    def run(self, *, now: datetime) -> Manifest:
        """Train one version and return its manifest; it serves when ``published`` is true.

        Raises
        ------
        InvalidInput
            If too few users or tracks have interactions to learn anything.
        """
        acts = list(self.log.until(now))
        everything = gather(acts, now=now)
        if len(everything.users) < LEAST_USERS or len(everything.tracks) < LEAST_TRACKS:
            raise InvalidInput(
                f"{len(everything.users)} users and {len(everything.tracks)} tracks with interactions are too few to learn from; "
                f"{LEAST_USERS} and {LEAST_TRACKS} are needed",
                code="too_little_listening",
            )
        metrics, refusal = self._judged(acts, everything, now=now)
        factors = train_ials(everything.matrix(), dim=_dim(everything))
        manifest = self._publish(factors, everything, metrics=metrics, refusal=refusal, now=now)
        if manifest.published:
            self.swap.serve(manifest.version)
        self._retire()
        return manifest

    def _judged(self, acts: list[Interaction], everything: Gathered, *, now: datetime) -> tuple[Mapping[str, float], str | None]:
        """Fit on all but the last part of the log and judge on that.

        The serving version has heard what came before its own training, so it takes part only where enough was played since.
        """
        names = {"users": everything.users, "tracks": everything.tracks}
        times = sorted(act.at for act in acts)
        split = times[int(len(times) * (1 - JUDGED_SHARE))]
        trained_at = self._serving_since()
        since = [act for act in acts if trained_at is not None and act.at >= trained_at]
        is_fair = len({act.user for act in since}) >= FEWEST_JUDGED
        if is_fair and trained_at is not None:
            split = max(split, trained_at)
        known = gather([act for act in acts if act.at < split], now=now, **names)
        later = gather([act for act in acts if act.at >= split], now=now, **names).listening()
        if not len(known.rows):
            return {}, "all listening happened at one moment, so there is no past to learn from"
        candidate = train_ials(known.matrix(), dim=_dim(known))
        verdict = judge(candidate, known, later, serving=self._serving_scores(known) if is_fair else None)
        return verdict.metrics, verdict.refusal

    def _serving_since(self) -> datetime | None:
        version = self.serving.get().collab_version
        return self.models.manifest(version).trained_at if version else None

    def _serving_scores(self, known: Gathered) -> NDArray[np.float64] | None:
        """Return the serving version's scores of the same users, folded in from the same listening."""
        version = self.serving.get().collab_version
        folding = self.models.folding(version)
        if version is None or folding is None:
            return None
        names, vectors = self.models.vectors(version)
        row_of = {name: at for at, name in enumerate(names)}
        placed = np.zeros((len(known.tracks), vectors.shape[1]), np.float32)
        for column, track_id in enumerate(known.tracks):
            if track_id in row_of:
                placed[column] = vectors[row_of[track_id]]
        starts = np.searchsorted(known.rows, np.arange(len(known.users) + 1))
        users = [
            folding.fold(placed[known.columns[begin:end]], known.confidences[begin:end].astype(np.float64))
            for begin, end in pairwise(starts)
        ]
        return np.asarray(np.stack(users) @ placed.T, dtype=np.float64)

    def _publish(self, factors: Factors, known: Gathered, *, metrics: Mapping[str, float], refusal: str | None, now: datetime) -> Manifest:
        files: dict[str, Arrays] = {
            "vectors": {"track_ids": np.array(json.dumps(known.tracks)), "vectors": factors.track_vectors},
            "folding": factors.folding.to_arrays(),
            "cold": self._cold(factors, known),
        }
        told = {name: _digest(arrays) for name, arrays in files.items()}
        version = f"{now:%Y%m%dT%H%M%S}-{told['vectors'][:8]}"
        manifest = Manifest(
            version=version,
            trained_at=now,
            users=len(known.users),
            tracks=len(known.tracks),
            interactions=known.acts,
            dim=factors.track_vectors.shape[1],
            parameters={},
            metrics=metrics,
            published=refusal is None,
            refusal=refusal,
            hashes=told,
        )
        self.models.publish(manifest, files)
        return manifest

    def _cold(self, factors: Factors, known: Gathered) -> Arrays:
        """Fit how a new track's factors follow from its audio, its text and its artist."""
        serving = self.serving.get()
        slots = (serving.audio_slot, "text")
        points = self.index.fetch(known.tracks, slots=slots)
        named = [points[track_id].payload.get("artists") if track_id in points else None for track_id in known.tracks]
        first = [fold(names[0]) if isinstance(names, list) and names else None for names in named]
        artists = {name: at for at, name in enumerate(sorted({name for name in first if name}))}
        vectors = [points[track_id].vectors if track_id in points else {} for track_id in known.tracks]
        features = np.stack([features_of(of_track.get(serving.audio_slot), of_track.get("text")) for of_track in vectors])
        plays = np.bincount(known.columns, minlength=len(known.tracks))
        numbers = [artists[name] if name else -1 for name in first]
        cold = fit_cold(factors, features, plays, artists=np.array(numbers))
        names = {"artists": np.array(json.dumps(list(artists))), "audio_version": np.array(serving.audio_version or "")}
        return {**cold.to_arrays(), **names}

    def _retire(self) -> None:
        """Remove all but the latest versions and those that serve or may be rolled back to."""
        serving = self.serving.get()
        needed = {serving.collab_version, serving.former_collab, serving.idle_collab}
        for manifest in self.models.manifests()[VERSIONS_KEPT:]:
            if manifest.version not in needed:
                self.models.remove(manifest.version)


def _dim(known: Gathered) -> int:
    """Return a number of factors that fits slot and log: at most a third of its smaller side, or it would be learned by heart."""
    return max(4, min(COLLAB_DIM, min(len(known.users), len(known.tracks)) // 3))


def _digest(arrays: Arrays) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
