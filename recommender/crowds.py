"""Crowds: groups of listeners with one taste, and what each plays; no listener can be told from one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Distinct listeners that a track needs before anything is said of it because others play it.
FEWEST_LISTENERS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Crowds:
    """The crowds of a model version: listeners grouped by the direction of their folded-in vectors.

    Attributes
    ----------
    centres
        Shape (n_crowds, dim of the collab slot), unit rows.
    tracks
        For each crowd, track id to the share of the crowd that plays it, the largest first; each with at least the minimum of
        distinct listeners within the crowd.
    """

    centres: NDArray[np.float32]
    tracks: tuple[Mapping[str, float], ...]

    def nearest(self, vector: NDArray[np.float32], *, count: int) -> list[tuple[int, float]]:
        """Return the crowds nearest to a user's collaborative vector with their cosine, nearest first."""
        length = float(np.linalg.norm(vector))
        if not length > 0 or not len(self.centres):
            return []
        likeness = self.centres @ (vector / length)
        order = np.argsort(-likeness, kind="stable")[:count]
        return [(int(at), float(likeness[at])) for at in order]
