"""Tell whether two tracks are one recording in two encodings, from what was heard of them."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio.families import FAMILIES
from embeddings.audio.statistics import Statistics, standardised

# What codecs, levels and rates leave as it is: which notes sound, and how loudness moves in time. Other tracks of one style, tempo
# and key reach .96 in the one or .85 in the other, but not both of these (docs/audio.md, Near-duplicates).
LEAST_ALIKE: Final = {"chroma": 0.95, "fluctuation": 0.6}

TEMPO_TOLERANCE: Final = 0.02

Array = NDArray[np.float32]


def is_same_recording(one: Array, other: Array, statistics: Statistics) -> bool:
    """Tell whether raw values (1472,) of two tracks of one length are of the same recording.

    Per family the cosine of the deviations from the mean; each must reach its bound.
    """
    pair = standardised(np.stack([one, other]), statistics.mean, statistics.deviation)
    return all(_cosine(pair[:, family.place]) >= LEAST_ALIKE[family.name] for family in FAMILIES if family.name in LEAST_ALIKE)


def agree(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Tell whether attributes of two tracks name the same key and mode, and a tempo within 2 %."""
    if not {"key", "mode", "tempo"} <= one.keys() & other.keys():
        return False
    as_fast = abs(one["tempo"] - other["tempo"]) <= TEMPO_TOLERANCE * max(one["tempo"], other["tempo"])
    return one["key"] == other["key"] and one["mode"] == other["mode"] and as_fast


def _cosine(pair: Array) -> float:
    norms = np.linalg.norm(pair, axis=1)
    return float(pair[0] @ pair[1]) / max(float(norms[0] * norms[1]), 1e-12)
