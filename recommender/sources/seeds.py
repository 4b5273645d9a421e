"""Tracks near what the query starts from: tracks, artists and genres that the caller or the onboarding picks name."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from recommender.asking import Ask, Because, Query
from recommender.ports.index import Nearest
from recommender.sources.modes import served

WEIGHT: Final = 2.0


class SeedTracks:
    """Ask for what is near the seeds' tracks."""

    def queries(self, ask: Ask) -> list[Query]:
        """Return one question a space, from the mean of the seeds' vectors in it."""
        found: list[Query] = []
        for space, (slot, version) in served(ask.serving).items():
            rows = [point.vectors[slot] for point in ask.seed_points.values() if slot in point.vectors]
            if version is None or not rows:
                continue
            mean = np.asarray(np.mean(np.stack(rows), axis=0, dtype=np.float64), dtype=np.float32)
            if float(np.linalg.norm(mean)) < 1e-6:
                continue
            because = Because("starts from {tracks}", tuple(ask.seed_points)[:3])
            found.append(Query(f"seed_{space.value}", Nearest(slot, mean, ask.depth, ask.where, with_payload=False), WEIGHT, because))
        return found


def unknown(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return those names that are not known, in order."""
    present = set(known)
    return [name for name in names if name not in present]
