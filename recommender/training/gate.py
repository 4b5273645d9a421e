"""The quality gate: judge a candidate on the last part of the log, against popularity and against what serves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import Factors
from recommender.evaluation.listening import Listening
from recommender.evaluation.protocol import Scorer, evaluate
from recommender.training.gathering import Gathered

# The candidate must beat popularity by this factor and must not fall behind the serving version by more than this share.
OVER_POPULARITY: Final = 1.0
BEHIND_SERVING: Final = 0.98
LEAST_USERS: Final = 10
LEAST_TRACKS: Final = 10
FEWEST_JUDGED: Final = 5
METRIC: Final = "ndcg@20"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may serve; ``refusal`` says why not."""

    metrics: Mapping[str, float]
    refusal: str | None


def judge(candidate: Factors, known: Gathered, later: Listening, *, serving: NDArray[np.float64] | None) -> Verdict:
    """Compare a candidate that was fitted on ``known`` with popularity and the serving version on what was played later.

    Parameters
    ----------
    serving
        Shape (n_users, n_tracks): the serving version's scores of the same users and tracks; ``None`` where nothing serves.
    """
    train = known.listening()
    judged = int((later.counts > 0).sum())
    figures = dict(evaluate(_by_factors(candidate, known), train, later))
    plays = train.plays.astype(np.float64)
    popular = evaluate(lambda users: np.tile(plays, (len(users), 1)), train, later)
    metrics = {**figures, "popularity_" + METRIC: popular[METRIC], "judged_users": float(judged)}
    if serving is not None:
        metrics["serving_" + METRIC] = evaluate(lambda users: serving[users], train, later)[METRIC]
    return Verdict(metrics, _refusal(metrics, judged))


def _refusal(metrics: Mapping[str, float], judged: int) -> str | None:
    if judged < FEWEST_JUDGED:
        return f"only {judged} users played anything new in the last part of the log, {FEWEST_JUDGED} are needed to judge"
    reached, popular = metrics[METRIC], metrics["popularity_" + METRIC]
    if reached < OVER_POPULARITY * popular:
        return f"{METRIC} {reached:.4f} is below {OVER_POPULARITY:g} times popularity's {popular:.4f}"
    served = metrics.get("serving_" + METRIC)
    if served is not None and reached < BEHIND_SERVING * served:
        return f"{METRIC} {reached:.4f} is below {BEHIND_SERVING:g} times the serving version's {served:.4f}"
    return None


def _by_factors(factors: Factors, known: Gathered) -> Scorer:
    starts = np.searchsorted(known.rows, np.arange(len(known.users) + 1))

    def score(users: NDArray[np.intp]) -> NDArray[np.floating]:
        rows = [slice(starts[user], starts[user + 1]) for user in users]
        folded = np.stack([factors.fold_in(known.columns[row], known.confidences[row]) for row in rows])
        return np.asarray(folded @ factors.track_vectors.T)

    return score
