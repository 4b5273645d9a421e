"""Gaussian noise from the system's secure source: who knows the seed of a noise, or can guess it, can take the noise away again."""

import os
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Takes a shape and returns standard normal numbers.
Normal = Callable[[tuple[int, ...]], Floats]

_BYTES: Final = 8
# Of 64 random bits the highest 53 make a number in steps that a double holds exactly.
_DROPPED: Final = np.uint64(11)
_STEP: Final = 2.0**-53


def secure_normal(shape: tuple[int, ...], *, random_bytes: Callable[[int], bytes] = os.urandom) -> Floats:
    """Return standard normal numbers made of the operating system's random bytes, by the inverse of the distribution."""
    from scipy.special import ndtri  # noqa: PLC0415 - only training needs scipy

    count = int(np.prod(shape))
    bits = np.frombuffer(random_bytes(_BYTES * count), np.uint64) >> _DROPPED
    return np.asarray(ndtri((bits.astype(np.float64) + 0.5) * _STEP), np.float64).reshape(shape)


def symmetric(normal: Normal, size: int) -> Floats:
    """Return a symmetric matrix of noise, variance 1 on the diagonal and one half beside it.

    A symmetric matrix has each number beside the diagonal twice. In coordinates that keep its length these are one number, times
    the root of 2, and every coordinate then has variance 1.
    """
    drawn = normal((size, size))
    above = np.triu(drawn, 1) / np.sqrt(2.0)
    return np.asarray(above + above.T + np.diag(np.diag(drawn)), np.float64)
