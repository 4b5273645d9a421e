"""Each row of the table of confidences, and how they fade and add up."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.interactions import Kind
from recommender.tastes.confidence import SESSION_HALF_LIFE, faded, track_weight, weight_of
from tests.recommender.engine import NOW, act

SHARES = st.none() | st.floats(0, 1)


@pytest.mark.parametrize(
    ("share", "weight"), [(1.0, 1.0), (0.7, 1.0), (0.475, 0.5), (0.25, 0.0), (0.1, -1 / 3), (0.0, -5 / 9), (None, 0.7)]
)
def test_a_play_weighs_as_much_as_was_heard(share: float | None, weight: float) -> None:
    assert weight_of(act("t", Kind.PLAY, share=share)) == pytest.approx(weight)


@pytest.mark.parametrize(
    ("heard_ms", "share", "weight"),
    [
        (None, None, -0.6),
        (None, 0.9, -0.6),
        (9_999, 0.9, -0.6),
        (10_000, 0.3, -0.3),
        (30_000, 0.6, 0.0),
        (30_000, 0.8, 0.2),
        (30_000, 1.0, 0.2),
        (30_000, None, -0.6),
    ],
)
def test_a_skip_weighs_against_a_track_the_earlier_the_more(heard_ms: int | None, share: float | None, weight: float) -> None:
    assert weight_of(act("t", Kind.SKIP, heard_ms=heard_ms, share=share)) == pytest.approx(weight)


@pytest.mark.parametrize(("kind", "weight"), [(Kind.LIKE, 2.0), (Kind.UNLIKE, -1.0), (Kind.SAVE, 2.5), (Kind.BAN, -4.0), (Kind.UNBAN, 0.0)])
def test_an_explicit_act_has_its_fixed_weight(kind: Kind, weight: float) -> None:
    assert weight_of(act("t", kind)) == weight


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(Kind), SHARES, st.none() | st.integers(0, 10**8))
def test_every_act_weighs_between_minus_four_and_two_and_a_half(kind: Kind, share: float | None, heard_ms: int | None) -> None:
    assert -4.0 <= weight_of(act("t", kind, share=share, heard_ms=heard_ms)) <= 2.5


@pytest.mark.parametrize(("days_ago", "left"), [(0, 1.0), (60, 0.5), (120, 0.25), (-5, 1.0)])
def test_a_weight_halves_every_sixty_days_and_the_future_counts_as_now(days_ago: int, left: float) -> None:
    assert faded(1.0, at=NOW - timedelta(days=days_ago), now=NOW) == pytest.approx(left)


@pytest.mark.parametrize(("plays", "weight"), [(1, 1.0), (3, 2.0), (7, 3.0), (15, 4.0)])
def test_repeated_plays_grow_by_their_logarithm(plays: int, weight: float) -> None:
    whole = [replace(act("t", days_ago=0), interaction_id=str(number)) for number in range(plays)]

    assert track_weight(whole, now=NOW) == pytest.approx(weight)


def test_likes_and_skips_add_up_as_they_are() -> None:
    acts = [act("t", days_ago=0), act("t", Kind.LIKE, days_ago=0), act("t", Kind.SKIP, days_ago=0)]

    assert track_weight(acts, now=NOW) == pytest.approx(1.0 + 2.0 - 0.6)


def test_a_play_that_fades_counts_for_less_before_the_logarithm_is_taken() -> None:
    assert track_weight([act("t", days_ago=60)], now=NOW) == pytest.approx(math.log2(1.5))


def test_a_play_broken_off_at_once_counts_against_the_track() -> None:
    assert track_weight([act("t", days_ago=0, share=0.0)], now=NOW) == pytest.approx(-5 / 9)


def test_no_acts_weigh_nothing() -> None:
    assert track_weight([], now=NOW) == 0.0


def test_a_play_of_a_tenth_is_close_to_a_skip_there() -> None:
    play, skip = act("t", share=0.1, heard_ms=20_000), act("t", Kind.SKIP, share=0.1, heard_ms=20_000)

    assert weight_of(skip) < weight_of(play) < -0.3


def test_within_a_session_a_weight_halves_every_half_hour() -> None:
    assert faded(1.0, at=NOW - timedelta(hours=1), now=NOW, half_life=SESSION_HALF_LIFE) == pytest.approx(0.25)
