"""Frames in, the 1,472 raw values of a track out, family after family."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.audio import rhythm, timbre, tonality
from embeddings.audio.families import FAMILIES
from embeddings.audio.frames import Frames

Pool = Callable[[list[Frames]], NDArray[np.float32]]
POOLS: Final[Mapping[str, Pool]] = MappingProxyType(
    {
        "cepstral": timbre.cepstral,
        "contrast": timbre.contrast,
        "shape": timbre.shape,
        "modulation": rhythm.modulation,
        "chroma": tonality.chroma,
        "onsets": rhythm.onsets,
        "fluctuation": rhythm.fluctuation,
        "contrast_pattern": timbre.contrast_pattern,
        "gaussian": timbre.gaussian,
    }
)


def pool(parts: list[Frames]) -> NDArray[np.float32]:
    """Return the raw values (1472,) of a track heard in ``parts``."""
    return np.concatenate([POOLS[family.name](parts) for family in FAMILIES])
