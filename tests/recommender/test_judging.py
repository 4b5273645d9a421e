"""Rivals asked about listeners one can see: five went from track 0 to track 1, five from track 2 to track 3."""

import numpy as np
import pytest

from embeddings.collaborative.folding import WeightedSum
from recommender.interactions import Kind
from recommender.training.judging import METRIC, Exam, by_popularity, by_vectors, difference, exam_of, judge
from recommender.training.ledger import Ledger, read
from tests.recommender.engine import NOW, act

SPLIT = NOW.timestamp() - 5 * 86_400


def ledger() -> Ledger:
    """Five play t0 and then t1, five t2 and then t3; one only comes later, one never comes back, one plays the same again."""
    went = [(f"user {number}", *(("t0", "t1") if number < 5 else ("t2", "t3"))) for number in range(10)]
    before = [act(first, user=user, days_ago=9) for user, first, _ in went] + [
        act("t0", user=name, days_ago=9) for name in ("lost", "loyal")
    ]
    after = [act(second, user=user, days_ago=1) for user, _, second in went]
    later = [act("t1", user="late", days_ago=1), act("t0", user="loyal", days_ago=1), act("t3", Kind.BAN, user="loyal", days_ago=1)]
    return read([*before, *after, *later])


def exam() -> Exam:
    return exam_of(ledger(), split=SPLIT)


def test_asked_are_those_with_a_past_and_something_new_that_they_liked() -> None:
    asked = exam()

    assert {ledger().users[user] for user in asked.users} == {f"user {number}" for number in range(10)}


def test_vectors_that_know_the_groups_reach_full_marks() -> None:
    # Tracks 0 and 1 point one way, 2 and 3 another; the last coordinate is the weight in a sum.
    vectors = np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]], np.float32)

    judged = judge(by_vectors(vectors, WeightedSum(3), exam()), exam())

    assert judged.metrics[METRIC] == pytest.approx(1.0)
    assert judged.lists[:, 0].tolist() == [1] * 5 + [3] * 5


def test_popularity_shows_everybody_the_same_and_nobody_what_was_heard() -> None:
    judged = judge(by_popularity(np.array([4.0, 3.0, 2.0, 1.0])), exam())

    assert judged.lists[:, 0].tolist() == [1] * 5 + [0] * 5
    assert judged.metrics[METRIC] < 1.0


def test_what_was_heard_before_is_not_asked_for_again() -> None:
    asked = exam()

    assert all(not set(asked.heard.of(user)) & set(asked.later.of(user)) for user in range(asked.heard.n_users))


def test_a_difference_is_the_mean_over_the_same_listeners_with_its_standard_error() -> None:
    alike = judge(by_popularity(np.ones(4)), exam())

    ahead, error = difference(alike, alike)

    assert (ahead, error) == (0.0, 0.0)


def test_a_period_that_ends_asks_only_about_what_came_before_its_end() -> None:
    assert len(exam_of(ledger(), split=SPLIT, until=SPLIT + 1).users) == 0
