"""All figures of one system: how well its lists hit, and what they are like beside that."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.dataset import Dataset, genres_of
from recommender.evaluation.listening import Listening
from recommender.evaluation.protocol import CUTOFFS, Lists, measure
from recommender.evaluation.spread import calibration, intra_list_diversity

# Of these figures the first column of a table is made, each at every cutoff; the rest follows at the middle one.
AT_EVERY_CUTOFF: Final = ("recall", "ndcg")
AT_THE_MIDDLE: Final = ("map", "hit_rate", "coverage", "novelty", "diversity", "gini", "calibration")
_MIDDLE: Final = CUTOFFS[len(CUTOFFS) // 2]


def figures(data: Dataset, users: NDArray[np.integer], lists: Lists, held_out: Listening) -> dict[str, float]:
    """Return every metric of lists, by names such as ``ndcg@20``.

    Diversity and calibration are about the genres and tags of tracks, and missing where none is known.

    Parameters
    ----------
    users
        Shape (n,), those with held-out tracks.
    lists
        Shape (n, at least the largest cutoff), track numbers, -1 where a place is empty.
    """
    told = dict(measure(users, lists, data.split.train, held_out))
    genres = genres_of(data)
    if genres.any():
        histories: list[NDArray[np.integer]] = [data.split.train.of(user) for user in users]
        for k in CUTOFFS:
            told[f"diversity@{k}"] = intra_list_diversity(lists[:, :k], genres)
            told[f"calibration@{k}"] = calibration(lists[:, :k], histories, genres)
    return told


def rows(systems: Mapping[str, Mapping[str, float]]) -> list[tuple[str, ...]]:
    """Return a table: a head, then a row for each figure with a column for each system."""
    first: Mapping[str, float] = next(iter(systems.values()), {})
    names: Sequence[str] = [f"{name}@{k}" for name in AT_EVERY_CUTOFF for k in CUTOFFS] + [f"{name}@{_MIDDLE}" for name in AT_THE_MIDDLE]
    shown = [name for name in names if name in first]
    return [("", *systems), *((name, *(f"{of_system[name]:.4f}" for of_system in systems.values())) for name in shown)]
