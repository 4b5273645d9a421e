"""How far two keys are from each other, as listeners hear it."""

from functools import cache
from typing import Final

import numpy as np

Key = tuple[int, bool | None]

# How well each pitch class fits a key of C, rated by listeners: Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal
# organization in a spatial representation of musical keys" (Psychological Review 89, 1982), table of the averaged probe-tone ratings.
_MAJOR: Final = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR: Final = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def key_distance(first: Key, then: Key) -> float:
    """Return the distance of two keys, 0 (the same) to 1 (C and F sharp, the farthest there are).

    It is one minus the correlation of their profiles, by which Krumhansl and Kessler (1982) found the circle of fifths again, with each
    key's relative minor (which DJs' wheels put beside it) and its parallel minor near by.

    Parameters
    ----------
    first, then
        Pitch class of the tonic (0 is C), and whether the mode is major; ``None`` takes the nearer of the two modes.
    """
    modes = [(a, b) for a in _modes(first[1]) for b in _modes(then[1])]
    return min(_distance(a, b, (then[0] - first[0]) % 12) for a, b in modes)


def _modes(major: bool | None) -> tuple[bool, ...]:  # noqa: FBT001 - one of the two is meant, or neither
    return (True, False) if major is None else (major,)


@cache
def _distance(first_major: bool, then_major: bool, interval: int) -> float:  # noqa: FBT001 - as above
    farthest = 1.0 - _likeness(_MAJOR, _MAJOR, 6)
    return max(0.0, 1.0 - _likeness(_MAJOR if first_major else _MINOR, _MAJOR if then_major else _MINOR, interval)) / farthest


def _likeness(first: tuple[float, ...], then: tuple[float, ...], interval: int) -> float:
    return float(np.corrcoef(first, np.roll(then, interval))[0, 1])
