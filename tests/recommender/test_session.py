"""A session counts for much at once and for nothing after some hours."""

from datetime import timedelta

import pytest

from recommender.tastes.session import strength
from tests.recommender.engine import NOW


@pytest.mark.parametrize(("minutes", "left"), [(0, 1.0), (30, 0.5), (60, 0.25), (179, 0.5 ** (179 / 30)), (181, 0.0), (-3, 1.0)])
def test_a_session_halves_every_half_hour_and_ends_after_three(minutes: float, left: float) -> None:
    assert strength(NOW - timedelta(minutes=minutes), NOW) == pytest.approx(left)


def test_without_a_session_there_is_nothing_to_count() -> None:
    assert strength(None, NOW) == 0.0
