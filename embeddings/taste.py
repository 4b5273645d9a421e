"""A taste in one space: weighted listening grouped into a few modes, and dislikes grouped in the same way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_MODES: Final = 5
EXEMPLARS: Final = 5
_ROUNDS: Final = 8
# A sum shorter than this has no direction.
_NOWHERE: Final = 1e-9


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
    since
        When the earliest act that is part of it happened, where that is known.
    """

    vector: NDArray[np.float32]
    weight: float
    exemplars: tuple[str, ...]
    since: datetime | None = None


def modes(
    vectors: NDArray[np.float32],
    weights: NDArray[np.float64],
    track_ids: Sequence[str],
    *,
    same_taste: float,
    most: int = MOST_MODES,
    since: Sequence[datetime] = (),
) -> tuple[Mode, ...]:
    """Group tracks into a few modes, heaviest first.

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
    most
        How many modes there may be.
    since
        For each row, when the user first had to do with the track; or empty.
    """
    if not len(track_ids):
        return ()
    if len(track_ids) == 1:
        direction = mean_direction(vectors, weights)
        return () if direction is None else (Mode(direction, 1.0, tuple(track_ids), since[0] if since else None),)
    heavy = weights.tolist()
    order = sorted(range(len(track_ids)), key=lambda row: (-heavy[row], track_ids[row]))
    rows, confidences = vectors[order], weights[order]
    centres = _spread_start(rows, confidences, same_taste, most)
    if len(centres) > 1:
        centres = _joined(rows, confidences, _refined(rows, confidences, centres), same_taste)
    nearest = (rows @ centres.T).argmax(axis=1) if len(centres) > 1 else np.zeros(len(rows), np.intp)
    shares = (nearest == np.arange(len(centres))[:, None]) * confidences
    sums = shares @ rows
    lengths = np.sqrt(np.vecdot(sums, sums))
    directions = (sums / np.maximum(lengths, _NOWHERE)[:, None]).astype(np.float32)
    worth = (-confidences * np.vecdot(rows, directions[nearest])).tolist()
    groups: list[list[int]] = [[] for _ in centres]
    for row, group in enumerate(nearest.tolist()):
        groups[group].append(row)
    total = float(confidences.sum())
    parts = [heaviness / total for heaviness in shares.sum(axis=1).tolist()]
    found = []
    for group, (members, length) in enumerate(zip(groups, lengths.tolist(), strict=True)):
        if length > _NOWHERE:
            told = sorted([(worth[row], track_ids[order[row]]) for row in members])[:EXEMPLARS]
            first = min([since[order[row]] for row in members]) if since else None
            found.append(Mode(directions[group], parts[group], tuple([name for _, name in told]), first))
    return tuple(sorted(found, key=lambda mode: (-mode.weight, mode.exemplars)))


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
    mean = weights @ vectors
    length = math.sqrt(float(mean @ mean))
    return (mean / length).astype(np.float32) if length > _NOWHERE else None


def _spread_start(rows: NDArray[np.float32], weights: NDArray[np.float64], same_taste: float, most: int) -> NDArray[np.float32]:
    """Choose a few starting rows: the heaviest, then each time the one that weighs most far from those chosen."""
    chosen = [0]
    closest = rows @ rows[0]
    while len(chosen) < min(most, len(rows)):
        worth = weights * np.maximum(0.0, 1.0 - closest)
        best = int(worth.argmax())
        if closest[best] >= same_taste:
            break
        chosen.append(best)
        closest = np.maximum(closest, rows @ rows[best])
    return rows[chosen]


def _refined(rows: NDArray[np.float32], weights: NDArray[np.float64], centres: NDArray[np.float32]) -> NDArray[np.float32]:
    """Move each centre into the middle of the rows nearest to it until none changes hands; one without direction stays."""
    weighted = rows * weights.astype(np.float32)[:, None]
    groups = np.arange(len(centres))[:, None]
    former = b""
    for _ in range(_ROUNDS):
        nearest = (rows @ centres.T).argmax(axis=1)
        named = nearest.tobytes()
        if named == former:
            break
        former = named
        sums = (nearest == groups).astype(np.float32) @ weighted
        lengths = np.sqrt(np.vecdot(sums, sums))[:, None]
        if lengths.min() > _NOWHERE:
            centres = sums / lengths
        else:
            centres = np.where(lengths > _NOWHERE, sums / np.maximum(lengths, np.float32(_NOWHERE)), centres)
    return centres


def _joined(
    rows: NDArray[np.float32], weights: NDArray[np.float64], centres: NDArray[np.float32], same_taste: float
) -> NDArray[np.float32]:
    """Join the two nearest groups for as long as they are one taste."""
    while len(centres) > 1:
        likeness = centres @ centres.T
        likeness.flat[:: len(centres) + 1] = -1.0
        first, second = divmod(int(likeness.argmax()), len(centres))
        if likeness[first, second] < same_taste:
            break
        keep = [at for at in range(len(centres)) if at != max(first, second)]
        centres = _refined(rows, weights, centres[keep])
    return centres
