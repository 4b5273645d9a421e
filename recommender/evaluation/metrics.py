"""How well ranked lists find what users went on to hear: recall, NDCG, MAP, hit rate.

Every function takes where the hits fell and returns one figure a user, so that means, segments and paired comparisons are the
caller's. Lists are ranked over the whole catalogue: figures over sampled negatives order systems differently (Krichene and
Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020).
"""

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]
Hits = NDArray[np.bool_]
Counts = NDArray[np.integer]


def recall_at(hits: Hits, relevant: Counts, k: int) -> Figures:
    """Return the share of each user's held-out tracks among the first k.

    Parameters
    ----------
    hits
        Shape (n_users, at least k): whether the track at this rank was held out.
    relevant
        Shape (n_users,), positive: how many tracks were held out.
    """
    return np.asarray(hits[:, :k].sum(axis=1) / relevant, np.float64)


def hit_rate_at(hits: Hits, k: int) -> Figures:
    """Return 1 for each user with a hit among the first k, else 0."""
    return np.asarray(hits[:, :k].any(axis=1), np.float64)


def ndcg_at(hits: Hits, relevant: Counts, k: int) -> Figures:
    """Return the discounted gain of the first k over that of the best list there could be (Järvelin and Kekäläinen, TOIS 2002).

    Gains are binary, the discount at rank r is 1 / log2(r + 1), and the best list has min(k, relevant) hits at its top.
    """
    discounts = 1.0 / np.log2(np.arange(2.0, k + 2.0))
    best = np.cumsum(discounts)[np.minimum(relevant, k) - 1]
    return np.asarray(hits[:, :k] @ discounts[: hits[:, :k].shape[1]] / best, np.float64)


def average_precision_at(hits: Hits, relevant: Counts, k: int) -> Figures:
    """Return the precision at each hit among the first k, added up, over the number of held-out tracks."""
    first = hits[:, :k]
    precision = np.cumsum(first, axis=1) / np.arange(1, first.shape[1] + 1)
    return np.asarray((precision * first).sum(axis=1) / relevant, np.float64)
