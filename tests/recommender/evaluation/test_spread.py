"""Coverage, evenness, novelty, diversity and calibration of lists small enough to count by hand."""

import numpy as np
import pytest

from recommender.evaluation.spread import calibration, coverage, gini, intra_list_diversity, novelty


def test_coverage_is_the_share_of_the_catalogue_that_is_shown() -> None:
    lists = np.array([[0, 1], [1, 2]])

    assert coverage(lists, 12) == pytest.approx(3 / 12)


def test_empty_places_show_nothing() -> None:
    lists = np.array([[0, -1], [-1, -1]])

    assert coverage(lists, 4) == pytest.approx(1 / 4)


def test_gini_is_zero_when_every_track_is_shown_equally_often() -> None:
    lists = np.array([[0, 1], [2, 3]])

    assert gini(lists, 4) == pytest.approx(0.0)


def test_gini_is_near_one_when_one_track_is_shown_to_all() -> None:
    lists = np.array([[3], [3], [3]])

    assert gini(lists, 4) == pytest.approx(3 / 4)


def test_gini_of_exposures_one_and_three_is_a_quarter() -> None:
    lists = np.array([[0], [1], [1], [1]])

    assert gini(lists, 2) == pytest.approx(0.25)


def test_novelty_is_the_surprise_of_a_track_in_bits() -> None:
    plays, lists = np.array([8, 4, 1]), np.array([[0, 1], [2, -1]])

    assert novelty(lists, plays, 8) == pytest.approx((0 + 1 + 3) / 3)


def test_a_track_that_nobody_played_is_as_novel_as_one_with_a_single_listener() -> None:
    plays = np.array([1, 0])

    assert novelty(np.array([[1]]), plays, 16) == novelty(np.array([[0]]), plays, 16) == pytest.approx(4.0)


def test_diversity_of_a_right_angle_is_one_and_of_twins_is_zero() -> None:
    vectors = np.array([[2.0, 0.0], [0.0, 5.0], [7.0, 0.0]])

    assert intra_list_diversity(np.array([[0, 1]]), vectors) == pytest.approx(1.0)
    assert intra_list_diversity(np.array([[0, 2]]), vectors) == pytest.approx(0.0)


def test_diversity_is_the_mean_over_pairs_and_then_over_lists() -> None:
    vectors = np.array([[2.0, 0.0], [0.0, 5.0], [7.0, 0.0]])

    assert intra_list_diversity(np.array([[0, 1, 2], [0, 2, -1], [1, -1, -1]]), vectors) == pytest.approx((2 / 3 + 0) / 2)


def test_a_list_that_mirrors_the_history_is_calibrated() -> None:
    genres = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])

    assert calibration(np.array([[2, 3]]), [np.array([0, 1])], genres) == pytest.approx(0.0)


def test_a_list_that_leaves_a_users_second_genre_out_is_not() -> None:
    genres = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])

    strayed = calibration(np.array([[2]]), [np.array([0, 1])], genres)

    # p = (1/2, 1/2), q = (1, 0), mixed q = (.995, .005)
    assert strayed == pytest.approx(0.5 * np.log2(0.5 / 0.995) + 0.5 * np.log2(0.5 / 0.005))


def test_lists_with_nothing_in_them_have_no_novelty_diversity_or_divergence() -> None:
    nothing = np.array([[-1, -1]])

    figures = (
        novelty(nothing, np.ones(2, int), 2),
        intra_list_diversity(nothing, np.eye(2)),
        calibration(nothing, [np.array([0])], np.eye(2)),
        gini(nothing, 2),
    )

    assert figures == (0.0, 0.0, 0.0, 0.0)
