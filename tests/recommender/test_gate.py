"""The gate on a visible case: five play rock (tracks 0 to 4), five jazz (5 to 9), each three known and two later ones."""

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import WeightedSum
from recommender.evaluation.listening import listening
from recommender.training.gate import METRIC, Verdict, judge
from recommender.training.gathering import gather
from tests.recommender.engine import NOW, act

USERS = tuple(f"u{number}" for number in range(10))
TRACKS = tuple(f"t{number}" for number in range(10))
ROCK, JAZZ = range(5), range(5, 10)
KNOWN = gather(
    [act(f"t{track}", user=f"u{user}") for group in (ROCK, JAZZ) for user in group for track in list(group)[:3]],
    now=NOW,
    users=USERS,
    tracks=TRACKS,
)
LATER = np.array([[user, track] for group in (ROCK, JAZZ) for user in group for track in list(group)[3:]])
PERFECT = np.array([[float((user < 5) == (track < 5)) for track in range(10)] for user in range(10)])


def factors(rows: list[tuple[float, float]]) -> Factors:
    """Return factors whose users are the sums of what they played."""
    return Factors(np.array([[*row, 1.0] for row in rows], np.float32), WeightedSum(3))


BY_GROUP = factors([(1, 0)] * 5 + [(0, 1)] * 5)
ALL_ALIKE = factors([(1, 0)] * 10)
BACKWARDS = factors([(1, 0)] * 3 + [(-1, 0)] * 2 + [(0, 1)] * 3 + [(0, -1)] * 2)


def verdict(candidate: Factors, *, serving: NDArray[np.float64] | None = None, later: NDArray[np.intp] = LATER) -> Verdict:
    return judge(candidate, KNOWN, listening(later, n_users=10, n_tracks=10), serving=serving)


def test_a_candidate_that_knows_the_groups_passes_with_full_marks() -> None:
    passed = verdict(BY_GROUP)

    assert passed.refusal is None
    assert passed.metrics[METRIC] == pytest.approx(1.0)
    assert passed.metrics["judged_users"] == 10
    assert passed.metrics["popularity_" + METRIC] < 1.0


def test_a_candidate_behind_popularity_is_refused() -> None:
    refused = verdict(BACKWARDS)

    assert refused.refusal is not None
    assert "popularity" in refused.refusal


def test_a_candidate_behind_the_serving_version_is_refused() -> None:
    alone, beside_a_better_one = verdict(ALL_ALIKE), verdict(ALL_ALIKE, serving=PERFECT)

    assert alone.refusal is None
    assert beside_a_better_one.refusal is not None
    assert "serving version" in beside_a_better_one.refusal
    assert beside_a_better_one.metrics["serving_" + METRIC] == pytest.approx(1.0)


def test_a_candidate_as_good_as_the_serving_version_passes() -> None:
    assert verdict(BY_GROUP, serving=PERFECT).refusal is None


def test_with_too_few_users_to_judge_nothing_passes() -> None:
    refused = verdict(BY_GROUP, later=LATER[:8])

    assert refused.refusal is not None
    assert refused.refusal.startswith("only 4 users")
