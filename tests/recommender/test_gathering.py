"""A period of the log as a matrix: who likes what on the whole."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.interactions import Interaction, Kind
from recommender.tastes.confidence import HALF_LIFE_DAYS, track_weight
from recommender.training.gathering import Gathered, gather
from recommender.training.ledger import read
from tests.recommender.engine import NOW, act


def gathered(*acts: Interaction) -> Gathered:
    return gather(read(sorted(acts, key=lambda one: one.at)), now=NOW.timestamp())


def test_liked_pairs_are_confidences_of_users_in_tracks() -> None:
    told = gathered(act("z", user="ben", days_ago=0), act("a", Kind.LIKE, user="ann", days_ago=0))

    np.testing.assert_allclose(told.matrix().toarray(), [[2, 0], [0, 1]])


def test_what_is_disliked_on_the_whole_is_no_pair() -> None:
    told = gathered(act("t", days_ago=0), act("t", Kind.BAN, days_ago=0), act("v", days_ago=0))

    assert told.listeners.tolist() == [0, 1]


def test_plays_of_a_year_ago_teach_half_as_much() -> None:
    told = gathered(act("t", days_ago=365), act("u", days_ago=0))

    np.testing.assert_allclose(told.confidences, [math.log2(1.5), 1.0], rtol=1e-6)


def test_an_old_log_teaches_as_a_fresh_one_does() -> None:
    old, fresh = ([act("t", days_ago=days + 3), act("u", days_ago=days)] for days in (700, 0))

    assert gather(read(old)).confidences == pytest.approx(gather(read(fresh)).confidences)


def test_a_period_begins_with_its_first_moment_and_ends_before_its_last() -> None:
    ledger = read([act("t", days_ago=3), act("u", days_ago=2), act("v", days_ago=1)])
    moments = ledger.rows["at"]

    told = gather(ledger, since=float(moments[1]), before=float(moments[2]))

    assert [ledger.tracks[column] for column in told.columns] == ["u"]


def test_without_the_pairs_of_another_period_only_what_is_new_is_left() -> None:
    both, one = gathered(act("t"), act("u"), act("u", user="ben")), gathered(act("t"), act("u", Kind.BAN, user="ben"))
    numbered = Gathered(one.rows, one.columns, one.confidences, both.n_users, both.n_tracks)

    left = both.without(numbered)

    assert list(zip(left.rows.tolist(), left.columns.tolist(), strict=True)) == [(0, 1), (1, 1)]


KINDS = st.sampled_from([Kind.PLAY, Kind.SKIP, Kind.LIKE, Kind.UNLIKE, Kind.SAVE, Kind.BAN])


@given(st.lists(st.tuples(KINDS, st.floats(0, 400)), min_size=1, max_size=20))
def test_a_confidence_is_the_weight_that_a_taste_would_give(told: Sequence[tuple[Kind, float]]) -> None:
    acts = [act("t", kind, days_ago=days) for kind, days in told]

    found = gather(
        read(sorted(acts, key=lambda one: one.at)), now=NOW.timestamp(), half_life_days=HALF_LIFE_DAYS, least=-np.inf
    ).confidences

    assert float(found[0]) == pytest.approx(track_weight(acts, now=NOW), abs=1e-4)


def test_an_empty_log_is_an_empty_matrix() -> None:
    assert gathered().matrix().shape == (0, 0)
