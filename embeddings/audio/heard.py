"""What is known of a track once it has been heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

RAW_DIM: Final = 1472
# Two of the bounds of a near-duplicate; in a library of pieces of one length they are not enough, and recordings.py has the others
# (docs/audio.md, Near-duplicates).
NEAR_DUPLICATE_COSINE: Final = 0.6
NEAR_DUPLICATE_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """Hold a track's vector, the raw values it was projected from, and its readable attributes.

    Attributes
    ----------
    vector
        Shape (144,), float32, unit length; comparable by cosine with vectors of the same ``version`` only.
    raw
        Shape (1472,), float32: the pooled values, kept so that new statistics never need a second decoding.
    attributes
        One value for each of ``embeddings.audio.ATTRIBUTES``, in its documented range.
    duration_ms
        Length of what can be decoded, in milliseconds.
    content_hash
        sha256 (hex) of the samples heard, with rate, channels and length: equal for equal sound in another container.
    sample_rate, channels
        As stored in the file.
    version
        Version of the extractor: statistics and recipe.
    """

    vector: NDArray[np.float32]
    raw: NDArray[np.float32]
    attributes: Mapping[str, float]
    duration_ms: int
    content_hash: str
    sample_rate: int
    channels: int
    version: str
