"""A taste in one space: weighted listening grouped into a few modes, and dislikes grouped in the same way."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.grouping import grouped

MOST_MODES: Final = 5
EXEMPLARS: Final = 5
# How many numbers of vectors or likenesses are held at once: users are grouped together in parts of this size.
_ROOM: Final = 1_000_000
_DIGITS: Final = 6
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


class Listened(NamedTuple):
    """A user's tracks in a space, the heaviest first and equal ones by id.

    Attributes
    ----------
    places
        Shape (n,), where each track's vector stands among those of all.
    weights
        Shape (n,), positive confidences.
    since
        When the user first had to do with each; or empty.
    """

    track_ids: Sequence[str]
    places: NDArray[np.intp]
    weights: NDArray[np.float64]
    since: Sequence[datetime] = ()


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
    heavy = weights.tolist()
    order = sorted(range(len(track_ids)), key=lambda row: (-heavy[row], track_ids[row]))
    told = Listened(
        [track_ids[row] for row in order],
        np.array(order, np.intp),
        weights[order] if order else weights,
        [since[row] for row in order] if since else (),
    )
    (found,) = modes_of_many(vectors, [told], same_taste=same_taste, most=most)
    return found


def modes_of_many(
    vectors: NDArray[np.float32], listened: Sequence[Listened], *, same_taste: float, most: int = MOST_MODES
) -> list[tuple[Mode, ...]]:
    """Return for each user what ``modes`` returns, in a fraction of the time; nobody's modes depend on who the others are.

    Parameters
    ----------
    vectors
        Shape (tracks, dim), unit rows, of all tracks that anybody listened to.
    """
    found: list[tuple[Mode, ...]] = [()] * len(listened)
    by_count: defaultdict[int, list[int]] = defaultdict(list)
    for at, told in enumerate(listened):
        if told.track_ids:
            by_count[len(told.track_ids)].append(at)
    for count, users in by_count.items():
        at_once = max(1, _ROOM // (count * max(count, vectors.shape[1])))
        for start in range(0, len(users), at_once):
            some = users[start : start + at_once]
            for at, made in zip(some, _modes_of_equally_many(vectors, [listened[at] for at in some], same_taste, most), strict=True):
                found[at] = made
    return found


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


def _modes_of_equally_many(
    vectors: NDArray[np.float32], listened: Sequence[Listened], same_taste: float, most: int
) -> Iterator[tuple[Mode, ...]]:
    """Yield the modes of users who each have the same number of tracks."""
    rows = vectors[np.array([told.places for told in listened])]
    groups = grouped(rows, np.array([told.weights for told in listened]), same_taste=same_taste, most=most)
    # Rounded, so that equal tracks are told by their ids and not by the last bit of a sum.
    telling = np.round(groups.telling, _DIGITS).tolist()
    middles = iter(groups.directions[groups.stand])
    nearest, stand, shares = groups.nearest.tolist(), groups.stand.tolist(), groups.shares.tolist()
    for told, of_row, worth, stands, parts in zip(listened, nearest, telling, stand, shares, strict=True):
        members: list[list[int]] = [[] for _ in stands]
        for row, group in enumerate(of_row):
            members[group].append(row)
        found = [
            _mode(told, rows_of, worth, next(middles), part) for rows_of, stood, part in zip(members, stands, parts, strict=True) if stood
        ]
        yield tuple(sorted(found, key=lambda mode: (-mode.weight, mode.exemplars)))


def _mode(told: Listened, rows: Sequence[int], worth: Sequence[float], middle: NDArray[np.float32], share: float) -> Mode:
    exemplars = sorted([(-worth[row], told.track_ids[row]) for row in rows])[:EXEMPLARS]
    first = min([told.since[row] for row in rows]) if told.since else None
    return Mode(middle, share, tuple([name for _, name in exemplars]), first)
