"""The log as a matrix: who likes what on the whole."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.interactions import Kind
from recommender.training.gathering import gather
from tests.recommender.engine import NOW, act


def test_liked_pairs_are_numbered_in_the_order_of_ids() -> None:
    gathered = gather([act("z", user="ben", days_ago=0), act("a", Kind.LIKE, user="ann", days_ago=0)], now=NOW)

    assert (gathered.users, gathered.tracks) == (("ann", "ben"), ("a", "z"))
    np.testing.assert_allclose(gathered.matrix().toarray(), [[2, 0], [0, 1]])
    assert gathered.acts == 2


def test_what_is_disliked_on_the_whole_or_private_is_no_pair() -> None:
    acts = [act("t", days_ago=0), act("t", Kind.BAN, days_ago=0), act("u", days_ago=0, private=True), act("v", days_ago=0)]

    assert gather(acts, now=NOW).tracks == ("v",)


def test_a_given_numbering_is_kept_and_who_is_not_in_it_is_left_out() -> None:
    gathered = gather([act("t", days_ago=0), act("other", days_ago=0)], now=NOW, users=("zoe", "ann"), tracks=("x", "t"))

    np.testing.assert_allclose(gathered.matrix().toarray(), [[0, 0], [0, 1]])


def test_nobody_teaches_more_than_their_latest_thousand_acts() -> None:
    acts = [replace(act(f"t{number}", days_ago=number / 100), interaction_id=str(number)) for number in range(1100)]

    gathered = gather(acts, now=NOW)

    assert gathered.acts == len(gathered.tracks) == 1000
    assert "t1050" not in gathered.tracks


def test_the_order_of_the_log_makes_no_difference() -> None:
    acts = [act(track_id, user=user) for user in ("ann", "ben") for track_id in ("a", "b", "c")]

    one, other = gather(acts, now=NOW), gather(acts[::-1], now=NOW)

    assert one.confidences == pytest.approx(other.confidences)
    assert (one.users, one.tracks) == (other.users, other.tracks)


def test_an_empty_log_is_an_empty_matrix() -> None:
    assert gather([], now=NOW).matrix().shape == (0, 0)
