"""Choose a few of many tracks, in order, so that the largest step from one to the next is as small as it can be."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

# An artist twice in a row counts as a step longer than any (angles end at pi), so it is taken only where nothing else is left.
_TWICE: Final = 4.0


def evenest(rows: NDArray[np.float32], artists: Sequence[str | None], *, hops: int) -> list[int]:
    """Return which rows to step on, from the first row to the last, forward only, in ``hops`` steps or as many as there are rows for.

    Of the ways whose largest step is the smallest, the one with the least sum of squared steps, which is the most
    even one of a length (for a given sum, squares are least where all are alike). Both by dynamic programming over the number of steps.

    Parameters
    ----------
    rows
        Shape (n, dim), n at least 2, unit rows in the order in which they may follow each other.
    artists
        One for each row; the same one twice in a row is avoided.
    """
    angles = _angles(rows, artists)
    steps = np.where(np.triu(np.ones(angles.shape, dtype=bool), 1), angles, np.inf)
    hops = min(hops, len(rows) - 1)
    largest = _least(steps, hops, np.maximum)[0]
    squares = np.where(steps <= largest + 1e-9, np.square(steps), np.inf)
    _, came = _least(squares, hops, np.add)
    places = [len(rows) - 1]
    for hop in range(hops - 1, -1, -1):
        places.append(int(came[hop][places[-1]]))
    return places[::-1]


def _angles(rows: NDArray[np.float32], artists: Sequence[str | None]) -> NDArray[np.float64]:
    """Return the angle between every two rows, shape (n, n), longer than any where they are of one artist."""
    wide = rows.astype(np.float64)
    names = np.array([artist if artist is not None else f"\x00{at}" for at, artist in enumerate(artists)])
    return np.asarray(np.arccos(np.clip(wide @ wide.T, -1.0, 1.0)) + _TWICE * (names[:, None] == names[None, :]))


def _least(steps: NDArray[np.float64], hops: int, joined: np.ufunc) -> tuple[float, list[NDArray[np.intp]]]:
    """Return the least that a way of ``hops`` steps to the last row comes to, and for each hop and row where it came from."""
    reached = np.full(len(steps), np.inf)
    reached[0] = 0.0
    came: list[NDArray[np.intp]] = []
    for _ in range(hops):
        ways = joined(reached[:, None], steps)
        came.append(np.argmin(ways, axis=0))
        reached = np.min(ways, axis=0)
    return float(reached[-1]), came
