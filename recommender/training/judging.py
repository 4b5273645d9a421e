"""Judge rivals on the same listeners: rank the whole catalogue for each and see what they went on to hear."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.folding import Folding
from recommender.evaluation.listening import Listening
from recommender.evaluation.metrics import ndcg_at
from recommender.evaluation.protocol import Lists, Scorer, measure, rank
from recommender.tastes.confidence import HALF_LIFE_DAYS
from recommender.training.gathering import Gathered, gather
from recommender.training.ledger import Ledger

DEPTH: Final = 20
METRIC: Final = "ndcg@20"
# More listeners would sharpen no figure that decides anything; they are drawn so that each is as likely as any other.
MOST_JUDGED: Final = 10_000
_BATCH: Final = 128

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """What rivals are asked: who, what each had heard before, what they went on to like that was new to them.

    Attributes
    ----------
    users
        Shape (n,): listeners with a past to fold in and something new after it.
    folded
        The past with the weights with which the product folds a user in.
    heard
        All that was heard before, which is never ranked.
    later
        What was new and liked.
    """

    users: NDArray[np.intp]
    folded: Gathered
    heard: Listening
    later: Listening


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A rival's lists, its NDCG@20 for each listener, and the means of all metrics."""

    lists: Lists
    ndcg: Figures
    metrics: Mapping[str, float]


def exam_of(ledger: Ledger, *, split: float, until: float = np.inf) -> Exam:
    """Ask about what was heard from ``split`` on and before ``until``, with what came before ``split`` as the past."""
    folded = gather(ledger, before=split, now=split, half_life_days=HALF_LIFE_DAYS, least=0.0)
    heard = gather(ledger, before=split, least=-np.inf)
    later = gather(ledger, since=split, before=until).without(heard).listening()
    users = np.flatnonzero((np.diff(folded.starts) > 0) & (later.counts > 0))
    if len(users) > MOST_JUDGED:
        users = np.sort(np.random.default_rng(0).choice(users, MOST_JUDGED, replace=False))
    return Exam(users, folded, heard.listening(), later)


def judge(scorer: Scorer, exam: Exam) -> Judged:
    """Return what a rival reaches."""
    batches = [exam.users[start : start + _BATCH] for start in range(0, len(exam.users), _BATCH)]
    ranked = [rank(scorer(batch), [exam.heard.of(user) for user in batch], k=DEPTH) for batch in batches]
    lists = np.vstack(ranked) if ranked else np.empty((0, DEPTH), np.intp)
    hits = np.array([np.isin(row, exam.later.of(user)) for user, row in zip(exam.users, lists, strict=True)]).reshape(lists.shape)
    ndcg = ndcg_at(hits, exam.later.counts[exam.users], DEPTH)
    return Judged(lists, ndcg, measure(exam.users, lists, exam.heard, exam.later, cutoffs=(DEPTH,)))


def by_vectors(vectors: NDArray[np.float32], folding: Folding, exam: Exam) -> Scorer:
    """Score as the product does: fold each listener's past in and multiply with every track.

    Parameters
    ----------
    vectors
        Shape (n_tracks, at least the folding's width).
    """
    starts, past = exam.folded.starts, exam.folded
    tracks = vectors[:, : folding.width].T

    def score(users: NDArray[np.intp]) -> NDArray[np.floating]:
        rows = [slice(starts[user], starts[user + 1]) for user in users]
        folded = [folding.fold(vectors[past.columns[row]], past.confidences[row].astype(np.float64)) for row in rows]
        return np.asarray(np.stack(folded) @ tracks)

    return score


def by_popularity(plays: NDArray[np.floating]) -> Scorer:
    """Score every track by its plays, for everybody alike."""
    return lambda users: np.tile(plays, (len(users), 1))


def difference(ours: Judged, theirs: Judged) -> tuple[float, float]:
    """Return the mean difference of NDCG@20 over the same listeners and its standard error (paired), endless below two listeners."""
    differences = ours.ndcg - theirs.ndcg
    count = len(differences)
    return float(differences.sum() / max(1, count)), float(differences.std(ddof=1) / np.sqrt(count)) if count > 1 else float("inf")
