"""Accuracy metrics agree with what can be counted by hand and with an independent library."""

import numpy as np
import pytest

from recommender.evaluation.metrics import average_precision_at, hit_rate_at, ndcg_at, recall_at

# Three users' lists of five, and what was held out:
#   u0  1 0 4 2 3   held out 1 4 7        hits at ranks 1 and 3
#   u1  5 0 1 2 3   held out 0            hit at rank 2
#   u2  0 2 3 1 8   held out 2 3 5 6 8    hits at ranks 2, 3 and 5
HITS = np.array([[1, 0, 1, 0, 0], [0, 1, 0, 0, 0], [0, 1, 1, 0, 1]], np.bool_)
RELEVANT = np.array([3, 1, 5])

# ranx 0.3.21: evaluate(Qrels, Run, ["recall@2", "ndcg@2", ...]) and then run.scores, with the lists above, relevance 1 for what was
# held out and scores 10, 9, 8, 7, 6 down each list. Held as figures because ranx brings numba and compiles when it is imported.
RANX = {
    ("recall", 2): (0.3333333333333333, 1.0, 0.2),
    ("recall", 3): (0.6666666666666666, 1.0, 0.4),
    ("recall", 5): (0.6666666666666666, 1.0, 0.6),
    ("ndcg", 2): (0.6131471927654584, 0.6309297535714575, 0.38685280723454163),
    ("ndcg", 3): (0.7039180890341347, 0.6309297535714575, 0.5307212739772434),
    ("ndcg", 5): (0.7039180890341347, 0.6309297535714575, 0.5147714448836774),
    ("map", 2): (0.3333333333333333, 0.5, 0.1),
    ("map", 3): (0.5555555555555555, 0.5, 0.2333333333333333),
    ("map", 5): (0.5555555555555555, 0.5, 0.35333333333333333),
}
METRICS = {"recall": recall_at, "ndcg": ndcg_at, "map": average_precision_at}


@pytest.mark.parametrize(("name", "k"), RANX)
def test_every_metric_gives_the_figures_of_ranx(name: str, k: int) -> None:
    figures = METRICS[name](HITS, RELEVANT, k)

    np.testing.assert_allclose(figures, RANX[name, k], rtol=1e-12)


def test_recall_counts_hits_against_all_that_was_held_out() -> None:
    figures = recall_at(HITS, RELEVANT, 3)

    np.testing.assert_allclose(figures, [2 / 3, 1.0, 2 / 5])


def test_the_ideal_list_of_ndcg_is_cut_at_the_number_held_out() -> None:
    hits, relevant = np.array([[1, 0, 0]], np.bool_), np.array([1])

    figures = ndcg_at(hits, relevant, 3)

    np.testing.assert_allclose(figures, [1.0])


def test_the_ideal_list_of_ndcg_is_cut_at_k() -> None:
    hits, relevant = np.array([[1, 1]], np.bool_), np.array([50])

    figures = ndcg_at(hits, relevant, 2)

    np.testing.assert_allclose(figures, [1.0])


def test_ndcg_of_a_single_hit_at_rank_three_is_one_half() -> None:
    hits, relevant = np.array([[0, 0, 1]], np.bool_), np.array([1])

    figures = ndcg_at(hits, relevant, 3)

    np.testing.assert_allclose(figures, [0.5])


def test_average_precision_of_hits_at_one_and_three_out_of_two() -> None:
    hits, relevant = np.array([[1, 0, 1]], np.bool_), np.array([2])

    figures = average_precision_at(hits, relevant, 3)

    np.testing.assert_allclose(figures, [(1 / 1 + 2 / 3) / 2])


def test_hit_rate_is_one_from_the_first_hit_on() -> None:
    first, second = hit_rate_at(HITS, 1), hit_rate_at(HITS, 2)

    np.testing.assert_array_equal(first, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(second, [1.0, 1.0, 1.0])


def test_lists_shorter_than_k_are_measured_as_they_are() -> None:
    hits, relevant = np.array([[1]], np.bool_), np.array([2])

    figures = [metric(hits, relevant, 10)[0] for metric in (recall_at, average_precision_at)]

    assert figures == [0.5, 0.5]
    assert ndcg_at(hits, relevant, 10)[0] == pytest.approx(1.0 / (1.0 + 1.0 / np.log2(3.0)))
