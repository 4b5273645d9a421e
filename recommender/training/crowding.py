"""Group listeners into crowds of one taste, and tell of each only what at least ten of its listeners play."""

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import Factors, to_slot
from embeddings.collaborative.folding import Arrays
from recommender.crowds import FEWEST_LISTENERS
from recommender.training.gathering import Gathered

FEWEST_CROWDS: Final = 8
MOST_CROWDS: Final = 256
LISTENERS_A_CROWD: Final = 50
# Times the fewest listeners: with hardly any there are fewer crowds instead of crowds in which nothing has enough of them.
_SMALLEST: Final = 3
# Shares are told in hundredths, so that one listener more or less in the next version rarely shows.
_SHARE_DIGITS: Final = 2
_MOST_TRACKS: Final = 200
# Listeners drawn where there are more: crowds of hundreds settle well before that.
_MOST_LISTENERS: Final = 50_000
_ROUNDS: Final = 30

Rows = NDArray[np.float32]
Numbers = NDArray[np.intp]


def crowds_of(factors: Factors, liked: Gathered, tracks: Sequence[str], *, fewest: int = FEWEST_LISTENERS) -> Arrays | None:
    """Return the arrays of a version's ``crowds.npz``, ``None`` where the listeners are too few for any crowd.

    Parameters
    ----------
    liked
        The listening with the weights with which a user is folded in.
    tracks
        Id of each track of the factors.
    fewest
        What fewer distinct listeners of a crowd play is not told, and a crowd of fewer listeners does not exist (k-anonymity, Samarati
        and Sweeney 1998).
    """
    starts = liked.starts
    users = np.flatnonzero(np.diff(starts))
    if len(users) > _MOST_LISTENERS:
        users = np.sort(np.random.default_rng(0).choice(users, _MOST_LISTENERS, replace=False))
    parts = [slice(starts[user], starts[user + 1]) for user in users]
    folded = [factors.fold_in(liked.columns[part], liked.confidences[part]) for part in parts]
    directions, has_taste = _unit(np.stack(folded)) if folded else (np.empty((0, 1), np.float32), np.empty(0, np.bool_))
    directions, users = directions[has_taste], users[has_taste]
    if len(users) < fewest:
        return None
    count = int(np.clip(len(users) // LISTENERS_A_CROWD, FEWEST_CROWDS, MOST_CROWDS))
    centres, crowd_of = spherical_k_means(directions, max(1, min(count, len(users) // (_SMALLEST * fewest))), rng=np.random.default_rng(0))
    told = [(centre, _told(users[crowd_of == crowd], liked, tracks, fewest)) for crowd, centre in enumerate(centres)]
    worth = [(centre, shares) for centre, shares in told if shares]
    if not worth:
        return None
    return {"centres": to_slot(np.stack([centre for centre, _ in worth])), "tracks": np.array(json.dumps([shares for _, shares in worth]))}


def spherical_k_means(directions: Rows, count: int, *, rng: np.random.Generator) -> tuple[Rows, Numbers]:
    """Group unit vectors by cosine (Dhillon and Modha, Machine Learning 2001); return unit centres and each vector's group.

    The first centres are drawn apart (k-means++, Arthur and Vassilvitskii, SODA 2007); a group that runs empty stays where it was.

    Parameters
    ----------
    directions
        Shape (n, d), unit rows, n at least ``count``.
    """
    centres = _apart(directions, count, rng)
    groups = np.full(len(directions), -1)
    for _ in range(_ROUNDS):
        nearest = np.argmax(directions @ centres.T, axis=1)
        if (nearest == groups).all():
            break
        groups = nearest
        sums = np.zeros_like(centres)
        np.add.at(sums, groups, directions)
        means, is_one = _unit(sums)
        centres = np.where(is_one[:, None], means, centres)
    return centres, groups


def _apart(directions: Rows, count: int, rng: np.random.Generator) -> Rows:
    chosen = [int(rng.integers(len(directions)))]
    distances = 1.0 - directions @ directions[chosen[0]]
    while len(chosen) < count:
        weights = np.maximum(distances, 1e-9)
        chosen.append(int(rng.choice(len(directions), p=weights / weights.sum())))
        distances = np.minimum(distances, 1.0 - directions @ directions[chosen[-1]])
    return directions[chosen]


def _told(members: Numbers, liked: Gathered, tracks: Sequence[str], fewest: int) -> dict[str, float]:
    """Return the share of the members that likes each track that enough of them like, the largest first."""
    if len(members) < fewest:
        return {}
    listeners = np.bincount(liked.columns[np.isin(liked.rows, members)], minlength=liked.n_tracks)
    order = np.argsort(-listeners, kind="stable")[:_MOST_TRACKS]
    return {tracks[at]: round(float(listeners[at]) / len(members), _SHARE_DIGITS) for at in order if listeners[at] >= fewest}


def _unit(rows: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """Return the rows at length one, and which of them have a direction at all."""
    lengths = np.linalg.norm(rows, axis=1)
    has_direction = lengths > 0
    return (rows / np.where(has_direction, lengths, 1.0)[:, None]).astype(np.float32), has_direction
