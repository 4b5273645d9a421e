"""The whole catalogue is ranked, only trained tracks are masked, and users with nothing held out do not count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.evaluation.listening import Split, read_split
from recommender.evaluation.protocol import evaluate, measure, rank

# Five tracks. User 0 trained on 0 and is held out 1 and 2; user 1 trained on 4 and 3 and is held out 0; user 2 is held out nothing.
TRAIN = ["0 0\n", "1 4 3\n", "2 1\n"]
VALID = ["0 3\n"]
TEST = ["0 2 1\n", "1 0\n"]


def split() -> Split:
    return read_split(TRAIN, VALID, TEST)


def popular_first(users: NDArray[np.intp]) -> NDArray[np.float64]:
    """Score 0 > 1 > 2 > 3 > 4 for everyone."""
    return np.tile([5.0, 4.0, 3.0, 2.0, 1.0], (len(users), 1))


def test_the_three_files_are_numbered_alike() -> None:
    parts = split()

    assert [(part.n_users, part.n_tracks) for part in (parts.train, parts.valid, parts.test)] == [(3, 5)] * 3
    assert [list(parts.test.of(user)) for user in range(3)] == [[1, 2], [0], []]
    assert list(parts.train.plays) == [1, 1, 0, 1, 1]
    assert list(parts.train.users) == [0, 1, 1, 2]


def test_a_track_named_twice_counts_once_and_a_user_without_tracks_is_kept() -> None:
    parts = read_split(["0 1 1", "", "0 1", "7"], [], ["7"])

    assert list(parts.train.of(0)) == [1]
    assert parts.train.n_tracks == 2


@pytest.mark.parametrize("line", ["0 one", "0 -1", "0 1.5", "0 ²"])
def test_a_line_that_is_not_whole_numbers_is_refused_with_its_place(line: str) -> None:
    with pytest.raises(InvalidInput, match="valid, line 2"):
        read_split(["0 1"], ["0 2", line], [])


def test_only_trained_tracks_are_masked() -> None:
    parts = split()

    figures = evaluate(popular_first, parts.train, parts.test, cutoffs=(1, 2))

    # User 0 sees 1 2 3 4 and hits at 1 and 2; user 1 sees 0 1 2 and hits at 1.
    assert figures["recall@1"] == pytest.approx((1 / 2 + 1) / 2)
    assert figures["recall@2"] == pytest.approx(1.0)
    assert figures["ndcg@2"] == pytest.approx(1.0)


def test_a_validation_track_that_was_not_trained_on_stays_in_the_way() -> None:
    parts = split()

    figures = evaluate(lambda users: np.tile([0.0, 1.0, 2.0, 9.0, 0.0], (len(users), 1)), parts.train, parts.test, cutoffs=(1,))

    assert figures["hit_rate@1"] == pytest.approx(0.0)


def test_a_model_and_the_lists_made_from_it_get_the_same_figures() -> None:
    parts = split()
    lists = np.array([[1, 2, 3], [0, 1, 2]])

    by_lists = measure(np.array([0, 1]), lists, parts.train, parts.test, cutoffs=(3,))

    assert by_lists == evaluate(popular_first, parts.train, parts.test, cutoffs=(3,))


def test_more_places_than_tracks_stay_empty() -> None:
    lists = rank(np.array([[1.0, 3.0, 2.0]]), [np.array([1])], k=5)

    assert lists.tolist() == [[2, 0, -1, -1, -1]]


def test_equal_scores_come_in_catalogue_order() -> None:
    lists = rank(np.array([[1.0, 2.0, 2.0, 2.0, 1.0]]), [np.array([], np.intp)], k=2)

    assert lists.tolist() == [[1, 2]]


def test_nobody_held_out_is_measured_as_nothing() -> None:
    parts = read_split(TRAIN, [], [])

    assert evaluate(popular_first, parts.train, parts.test, cutoffs=(2,))["ndcg@2"] == 0.0


def test_ranking_leaves_the_scores_as_they_were() -> None:
    scores = np.array([[1.0, 3.0, 2.0]])

    rank(scores, [np.array([1])], k=2)

    assert scores.tolist() == [[1.0, 3.0, 2.0]]


@given(scores=arrays.arrays(np.float64, st.integers(1, 30), elements=st.integers(-5, 5)), k=st.integers(1, 35))
def test_the_best_k_are_those_of_a_full_sort(scores: NDArray[np.float64], k: int) -> None:
    lists = rank(scores[None, :], [np.array([], np.intp)], k=k)

    expected = np.argsort(-scores, kind="stable")[:k]
    assert lists[0, : len(expected)].tolist() == expected.tolist()
