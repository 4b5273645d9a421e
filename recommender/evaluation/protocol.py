"""The protocol of the published figures: rank the whole catalogue for every user with held-out tracks, masking the trained ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.listening import Listening
from recommender.evaluation.metrics import average_precision_at, hit_rate_at, ndcg_at, recall_at
from recommender.evaluation.spread import coverage, gini, novelty

Lists = NDArray[np.intp]
# Users in, shape (b,); scores out, shape (b, n_tracks), higher is better.
Scorer = Callable[[NDArray[np.intp]], NDArray[np.floating]]

CUTOFFS: Final = (10, 20, 40)
# Users scored at once: with 200,000 tracks 200 MB of scores.
_BATCH: Final = 128


def evaluate(scorer: Scorer, train: Listening, held_out: Listening, *, cutoffs: Sequence[int] = CUTOFFS) -> Mapping[str, float]:
    """Return the mean of each metric over the users with held-out tracks, as ``measure`` does, for a model that scores all tracks."""
    users = np.flatnonzero(held_out.counts)
    batches = [users[start : start + _BATCH] for start in range(0, len(users), _BATCH)]
    ranked = [rank(scorer(batch), [train.of(user) for user in batch], k=max(cutoffs)) for batch in batches]
    lists = np.vstack(ranked) if ranked else np.empty((0, max(cutoffs)), np.intp)
    return measure(users, lists, train, held_out, cutoffs=cutoffs)


def rank(scores: NDArray[np.floating], masked: Sequence[NDArray[np.integer]], *, k: int) -> Lists:
    """Return the k best tracks of each row that are not masked, the best first, equal scores in catalogue order.

    Parameters
    ----------
    scores
        Shape (b, n_tracks).
    masked
        For each row, the tracks that must not appear.

    Returns
    -------
    NDArray
        Shape (b, k), filled up with -1.
    """
    open_scores = np.array(scores, np.float64)
    for row, tracks in zip(open_scores, masked, strict=True):
        row[tracks] = -np.inf
    lists = np.full((len(open_scores), k), -1, np.intp)
    for place, row in enumerate(open_scores):
        best = _best(row, min(k, len(row)))
        lists[place, : len(best)] = best
    return lists


def measure(
    users: NDArray[np.integer], lists: Lists, train: Listening, held_out: Listening, *, cutoffs: Sequence[int] = CUTOFFS
) -> Mapping[str, float]:
    """Return metrics of ranked lists, wherever they come from, by names such as ``ndcg@20``.

    Parameters
    ----------
    users
        Shape (n,), those with held-out tracks.
    lists
        Shape (n, at least the largest cutoff), track numbers, -1 where a place is empty.
    """
    relevant = held_out.counts[users]
    hits = np.array([np.isin(row, held_out.of(user)) for user, row in zip(users, lists, strict=True)]).reshape(lists.shape)
    figures: dict[str, float] = {}
    for k in cutoffs:
        by_user = {
            "recall": recall_at(hits, relevant, k),
            "ndcg": ndcg_at(hits, relevant, k),
            "map": average_precision_at(hits, relevant, k),
            "hit_rate": hit_rate_at(hits, k),
        }
        figures |= {f"{name}@{k}": float(values.mean()) if len(values) else 0.0 for name, values in by_user.items()}
        shown = lists[:, :k]
        figures[f"coverage@{k}"] = coverage(shown, train.n_tracks)
        figures[f"gini@{k}"] = gini(shown, train.n_tracks)
        figures[f"novelty@{k}"] = novelty(shown, train.plays, train.n_users)
    return figures


def _best(row: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Return the k largest finite entries' places; everything that ties with the last is looked at, so that order is fixed."""
    least = np.partition(row, len(row) - k)[len(row) - k] if k else np.inf
    near = np.flatnonzero((row >= least) & np.isfinite(row))
    return near[np.argsort(-row[near], kind="stable")][:k]
