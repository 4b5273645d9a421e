"""Choose a recipe on the validation part of a data set, by a small grid that is the same for every data set."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.recipe import Recipe, fit
from recommender.evaluation.dataset import Dataset
from recommender.evaluation.listening import Listening
from recommender.evaluation.protocol import Scorer, evaluate
from recommender.wording import content_of

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Factors on the recipe's own numbers.
UNOBSERVED: Final = (0.5, 1.0, 2.0)
REGULARISATION: Final = (0.5, 1.0, 2.0)
METRIC: Final = "ndcg@20"


def tuned(data: Dataset, start: Recipe, *, step: Callable[[], None] = lambda: None) -> Recipe:
    """Return the recipe of the grid around ``start`` with the best NDCG@20 on the validation part; the first of equals.

    The factors are scored as a matrix here: pages rank alike and take longer.
    """
    plays = matrix(data.split.train)
    content = content_of([data.metadata(track) for track in range(len(data.tracks))])
    best, reached = start, -1.0
    for less, more in product(UNOBSERVED, REGULARISATION):
        tried = replace(start, unobserved=start.unobserved * less, regularisation=start.regularisation * more)
        found = validated(fit(plays, tried, content=content), data)
        best, reached = (tried, found) if found > reached else (best, reached)
        step()
    return best


def validated(factors: Factors, data: Dataset) -> float:
    """Return NDCG@20 on the validation part."""
    return evaluate(by_factors(factors, data.split.train), data.split.train, data.split.valid, cutoffs=(20,))[METRIC]


def by_factors(factors: Factors, past: Listening) -> Scorer:
    """Score every track for users who are folded in from what they played."""
    return lambda users: (
        np.stack([factors.fold_in(past.of(int(user)), np.ones(len(past.of(int(user))))) for user in users]) @ factors.track_vectors.T
    )


def matrix(plays: Listening) -> "csr_matrix":
    """Return users by tracks, 1 for each pair."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - light functions read figures without scipy

    return csr_matrix((np.ones(len(plays.tracks)), plays.tracks, plays.starts), shape=(plays.n_users, plays.n_tracks))
