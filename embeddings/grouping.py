"""Spherical k-means for many users at once: each user's tracks fall into a few groups, told by their likeness to each other.

All is done in likenesses (cosines of every pair of a user's tracks), so that a round costs a few small products for all users together
instead of a dozen calls for each. What comes of one user never depends on who the others are: every product is one user's own, of a
shape that is the user's own, and rounds that others still need change nothing for those who have settled.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_ROUNDS: Final = 8
# A sum this much shorter than its parts has no direction: it is what is left of single precision.
_NOWHERE: Final = np.float32(1e-6)

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Grouped(NamedTuple):
    """What groups the tracks of each of several users fall into.

    Attributes
    ----------
    nearest
        Shape (users, n), each track's group.
    directions
        Shape (users, k, dim), the weighted middle of each group, of unit length.
    stand
        Shape (users, k), which groups there are: those that have tracks and a direction.
    shares
        Shape (users, k), each group's part of the user's weight.
    telling
        Shape (users, n), how much each track stands for its group: its weight times its cosine to the middle.
    """

    nearest: NDArray[np.intp]
    directions: Floats
    stand: Flags
    shares: NDArray[np.float64]
    telling: NDArray[np.float64]


class _Centres(NamedTuple):
    """Centres of groups as sums of tracks.

    ``parts`` (users, k, n) says how much of each track is in a centre, ``scores`` (users, k, n) how near each track is to it, and
    ``alive`` (users, k) which of them there are.
    """

    parts: Floats
    scores: Floats
    alive: Flags

    def nearest(self) -> NDArray[np.intp]:
        return np.asarray(np.where(self.alive[:, :, None], self.scores, np.float32(-np.inf)).argmax(axis=1))


def grouped(rows: Floats, weights: NDArray[np.float64], *, same_taste: float, most: int) -> Grouped:
    """Group each user's tracks, from a farthest-first start on the first one; groups nearer than ``same_taste`` are joined.

    Parameters
    ----------
    rows
        Shape (users, n, dim), unit vectors, each user's heaviest track first.
    weights
        Shape (users, n), positive confidences.
    same_taste
        Cosine from which on two groups are one.
    most
        How many groups a user may have.
    """
    likeness = rows @ rows.swapaxes(1, 2)
    light = weights.astype(np.float32)
    centres = _spread_start(likeness, weights, same_taste, min(most, rows.shape[1]))
    several = np.flatnonzero(centres.alive.sum(axis=1) > 1)
    if several.size:
        settled = _refined(likeness[several], light[several], _some(centres, several))
        _put(centres, several, settled)
        _join(likeness, light, centres, several, same_taste)
    nearest = centres.nearest()
    shares = _shares(nearest, light, centres.alive.shape[1])
    sums = shares @ rows
    lengths = np.sqrt(np.vecdot(sums, sums))
    weight = shares.sum(axis=2)
    divisors = np.maximum(lengths, np.finfo(np.float32).tiny)[:, :, None]
    cosines = np.take_along_axis((shares @ likeness) / divisors, nearest[:, None, :], axis=1)[:, 0]
    return Grouped(
        nearest,
        sums / divisors,
        (lengths > _NOWHERE * weight) & (weight > 0),
        _shares(nearest, weights, weight.shape[1]).sum(axis=2) / weights.sum(axis=1)[:, None],
        weights * cosines,
    )


def _spread_start(likeness: Floats, weights: NDArray[np.float64], same_taste: float, most: int) -> _Centres:
    """Choose a few starting tracks for each user: the heaviest, then each time the one that weighs most far from those chosen."""
    users, n = weights.shape
    everyone = np.arange(users)
    alive = np.zeros((users, most), np.bool_)
    alive[:, 0] = True
    chosen = np.zeros((users, most), np.intp)
    closest = likeness[:, 0]
    searching = np.ones(users, np.bool_)
    for number in range(1, most):
        best = (weights * np.maximum(0.0, 1.0 - closest)).argmax(axis=1)
        searching = searching & (closest[everyone, best] < same_taste)
        if not searching.any():
            break
        chosen[searching, number] = best[searching]
        alive[:, number] = searching
        closest = np.where(searching[:, None], np.maximum(closest, likeness[everyone, best]), closest)
    parts = (chosen[:, :, None] == np.arange(n)).astype(np.float32)
    return _Centres(parts, likeness[everyone[:, None], chosen], alive)


def _refined(likeness: Floats, weights: Floats, centres: _Centres) -> _Centres:
    """Move each centre into the middle of the tracks nearest to it until none changes hands; one without direction stays."""
    former: NDArray[np.intp] | None = None
    for _ in range(_ROUNDS):
        nearest = centres.nearest()
        if former is not None and np.array_equal(nearest, former):
            break
        former = nearest
        shares = _shares(nearest, weights, centres.alive.shape[1])
        sums = shares @ likeness
        lengths = np.sqrt(np.maximum(np.vecdot(shares, sums), np.float32(0)))
        moved = (lengths > np.sqrt(_NOWHERE) * shares.sum(axis=2))[:, :, None]
        divisors = np.where(moved, lengths[:, :, None], np.float32(1))
        parts, scores = np.where(moved, shares / divisors, centres.parts), np.where(moved, sums / divisors, centres.scores)
        centres = _Centres(parts, scores, centres.alive)
    return centres


def _join(likeness: Floats, weights: Floats, centres: _Centres, left: NDArray[np.intp], same_taste: float) -> None:
    """Join, in place, the two nearest groups of each user for as long as they are one taste; ``left`` are those who have several."""
    k = centres.alive.shape[1]
    while left.size:
        near = centres.scores[left] @ centres.parts[left].swapaxes(1, 2)
        alive = centres.alive[left]
        pairs = alive[:, :, None] & alive[:, None, :] & ~np.eye(k, dtype=np.bool_)
        flat = np.where(pairs, near, np.float32(-np.inf)).reshape(len(left), k * k)
        best = flat.argmax(axis=1)
        joining = flat[np.arange(len(left)), best] >= same_taste
        left, best = left[joining], best[joining]
        if left.size:
            centres.alive[left, np.maximum(best // k, best % k)] = False
            _put(centres, left, _refined(likeness[left], weights[left], _some(centres, left)))


def _shares(nearest: NDArray[np.intp], weights: NDArray[np.floating], k: int) -> NDArray[np.floating]:
    """Return each track's weight in its own group and nothing in the others, shape (users, k, n)."""
    return np.asarray((nearest[:, None, :] == np.arange(k)[:, None]) * weights[:, None, :])


def _some(centres: _Centres, users: NDArray[np.intp]) -> _Centres:
    return _Centres(centres.parts[users], centres.scores[users], centres.alive[users])


def _put(centres: _Centres, users: NDArray[np.intp], made: _Centres) -> None:
    centres.parts[users], centres.scores[users] = made.parts, made.scores
