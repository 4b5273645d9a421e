"""A taste in one space: weighted listening grouped into a few modes, and what was disliked as one vector."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_MODES: Final = 5
EXEMPLARS: Final = 5
_ROUNDS: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Mode:
    """One of a user's several tastes in a space.

    Attributes
    ----------
    vector
        Shape (dim,), unit length in a cosine space.
    weight
        Its share of the user's listening, 0 to 1.
    exemplars
        Ids of the tracks that stand for it, the most telling first.
    """

    vector: NDArray[np.float32]
    weight: float
    exemplars: tuple[str, ...]


def modes(vectors: NDArray[np.float32], weights: NDArray[np.float64], track_ids: tuple[str, ...], *, same_taste: float) -> tuple[Mode, ...]:
    """Group liked tracks into at most five modes, heaviest first.

    Spherical k-means from a farthest-first start on the heaviest track, after which groups nearer than ``same_taste`` are joined. It
    depends on the set of tracks alone, not on the order in which they are given.

    Parameters
    ----------
    vectors
        Shape (n, dim), unit rows.
    weights
        Shape (n,), positive confidences.
    track_ids
        One for each row.
    same_taste
        Cosine from which on two groups are one taste; each space has its own scale.
    """
    if not len(track_ids):
        return ()
    order = sorted(range(len(track_ids)), key=lambda row: (-float(weights[row]), track_ids[row]))
    rows, confidences, names = vectors[order], weights[order], [track_ids[row] for row in order]
    centres = _refined(rows, confidences, _spread_start(rows, confidences, same_taste))
    centres = _joined(rows, confidences, centres, same_taste)
    nearest = np.argmax(rows @ centres.T, axis=1)
    total = float(confidences.sum())
    found = [_mode(rows, confidences, names, np.flatnonzero(nearest == group), total) for group in range(len(centres))]
    return tuple(sorted((mode for mode in found if mode), key=lambda mode: (-mode.weight, mode.exemplars)))


def mean_direction(vectors: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float32] | None:
    """Return the weighted mean of rows as a unit vector, or ``None`` where there is no direction.

    Parameters
    ----------
    vectors
        Shape (n, dim).
    weights
        Shape (n,), not negative.
    """
    if not len(weights):
        return None
    mean = weights @ vectors.astype(np.float64)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 1e-9 else None


def _spread_start(rows: NDArray[np.float32], weights: NDArray[np.float64], same_taste: float) -> NDArray[np.float32]:
    """Choose up to five starting rows: the heaviest, then each time the one that weighs most far from those chosen."""
    chosen = [0]
    closest = rows @ rows[0]
    while len(chosen) < min(MOST_MODES, len(rows)):
        worth = weights * np.maximum(0.0, 1.0 - closest)
        best = int(np.argmax(worth))
        if closest[best] >= same_taste:
            break
        chosen.append(best)
        closest = np.maximum(closest, rows @ rows[best])
    return rows[chosen]


def _refined(rows: NDArray[np.float32], weights: NDArray[np.float64], centres: NDArray[np.float32]) -> NDArray[np.float32]:
    for _ in range(_ROUNDS):
        nearest = np.argmax(rows @ centres.T, axis=1)
        moved = [_centre(rows, weights, nearest == group, centres[group]) for group in range(len(centres))]
        fresh = np.stack(moved)
        if np.array_equal(fresh, centres):
            break
        centres = fresh
    return centres


def _centre(
    rows: NDArray[np.float32], weights: NDArray[np.float64], members: NDArray[np.bool_], former: NDArray[np.float32]
) -> NDArray[np.float32]:
    direction = mean_direction(rows[members], weights[members])
    return former if direction is None else direction


def _joined(
    rows: NDArray[np.float32], weights: NDArray[np.float64], centres: NDArray[np.float32], same_taste: float
) -> NDArray[np.float32]:
    """Join the two nearest groups for as long as they are one taste."""
    while len(centres) > 1:
        likeness = centres @ centres.T
        np.fill_diagonal(likeness, -1.0)
        first, second = np.unravel_index(int(np.argmax(likeness)), likeness.shape)
        if likeness[first, second] < same_taste:
            break
        keep = [row for row in range(len(centres)) if row != max(first, second)]
        centres = _refined(rows, weights, centres[keep])
    return centres


def _mode(
    rows: NDArray[np.float32], weights: NDArray[np.float64], names: list[str], members: NDArray[np.intp], total: float
) -> Mode | None:
    direction = mean_direction(rows[members], weights[members])
    if direction is None:
        return None
    telling = weights[members] * (rows[members] @ direction)
    ranked = sorted(range(len(members)), key=lambda at: (-float(telling[at]), names[members[at]]))
    return Mode(direction, float(weights[members].sum()) / total, tuple(names[members[at]] for at in ranked[:EXEMPLARS]))
