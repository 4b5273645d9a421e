"""The great circle between two directions."""

import numpy as np
import pytest

from recommender.playing.geodesic import along, between
from tests.recommender.engine import angle_of, at_angle


def test_shares_of_the_way_are_shares_of_the_angle() -> None:
    assert [angle_of(between(at_angle(0), at_angle(90), share)) for share in (0, 1 / 3, 1)] == pytest.approx([0, 30, 90], abs=1e-4)


def test_where_a_direction_stands_on_the_way() -> None:
    rows = np.stack([at_angle(degrees) for degrees in (0, 45, 90, 135, -45)])

    assert along(at_angle(0), at_angle(90), rows) == pytest.approx([0, 0.5, 1, 1.5, -0.5], abs=1e-6)


@pytest.mark.parametrize("end", [0.0, 180.0])
def test_between_one_direction_and_itself_or_its_opposite_every_point_is_a_direction(end: float) -> None:
    start, end_vector = at_angle(0), at_angle(end)

    lengths = [float(np.linalg.norm(between(start, end_vector, share))) for share in (0, 0.25, 0.5, 1)]
    shares = along(start, end_vector, np.stack([at_angle(degrees) for degrees in (0, 10, 20)]))

    assert lengths == pytest.approx([1, 1, 1, 1])
    assert shares == sorted(shares)
