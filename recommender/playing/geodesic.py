"""The great circle between two directions: the shortest way on the sphere of unit vectors."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

# Below this angle (radians) two directions are one, and this far from a half turn they are opposite.
_NARROW: Final = 1e-4


def between(start: Vectors, end: Vectors, share: float) -> Vectors:
    """Return the unit vector at ``share`` (0 to 1) of the way from ``start`` to ``end``, both unit vectors of shape (dim,).

    Spherical linear interpolation (Shoemake, "Animating rotation with quaternion curves", SIGGRAPH 1985). Between opposite directions
    every great circle is as short; the one towards the axis in which ``start`` is smallest is taken.
    """
    first, across = _plane(start, end)
    turned = _angle(start, end) * share
    return np.asarray(np.cos(turned) * first + np.sin(turned) * across, dtype=np.float32)


def along(start: Vectors, end: Vectors, rows: Vectors) -> list[float]:
    """Return for each row, shape (n, dim), which share of the way it stands at; below 0 and above 1 lies beyond the ends.

    Where both ends are one direction, the share grows with the angle from it.
    """
    whole = _angle(start, end)
    first, across = _plane(start, end)
    wide = rows.astype(np.float64)
    if whole < _NARROW:
        return [float(turned) for turned in np.arccos(np.clip(wide @ first, -1.0, 1.0))]
    return [float(turned) / whole for turned in np.arctan2(wide @ across, wide @ first)]


def _angle(start: Vectors, end: Vectors) -> float:
    return float(np.arccos(np.clip(start.astype(np.float64) @ end.astype(np.float64), -1.0, 1.0)))


def _plane(start: Vectors, end: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two orthogonal unit vectors: ``start``, and the direction from it towards ``end``."""
    first, towards = start.astype(np.float64), end.astype(np.float64)
    if not _NARROW < _angle(start, end) < np.pi - _NARROW:
        towards = np.zeros(len(first))
        towards[int(np.argmin(np.abs(first)))] = 1.0
    across = towards - (towards @ first) * first
    return first, across / np.linalg.norm(across)
