"""Long windows over frames, cut inside each excerpt so that none straddles a joint."""

from collections.abc import Iterable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float32]


def long_windows(parts: Iterable[Array], length: int, hop: int) -> Array:
    """Return windows (k, bands, length) of parts (bands, n); a part shorter than a window is reflected until it fills one."""
    return np.concatenate([_cut(reflect_to(part, length), length, hop) for part in parts])


def reflect_to(part: Array, length: int) -> Array:
    """Return ``part`` (bands, n) mirrored at its end, again and again, until it is ``length`` frames long."""
    missing = length - part.shape[-1]
    return np.pad(part, ((0, 0), (0, missing)), mode="reflect") if missing > 0 else part


def _cut(part: Array, length: int, hop: int) -> Array:
    return np.moveaxis(sliding_window_view(part, length, axis=-1)[:, ::hop], 1, 0)


def bands_of(mel: Array, count: int) -> Array:
    """Return mel bands (96, n) averaged by neighbours into (count, n)."""
    return np.asarray(mel.reshape(count, -1, mel.shape[-1]).mean(axis=1), dtype=np.float32)
