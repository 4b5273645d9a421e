"""Crowds of planted groups: forty play rock, forty jazz, and what few play is never told."""

import json
import math
from collections.abc import Sequence

import numpy as np

from embeddings.collaborative.factors import Factors
from embeddings.collaborative.folding import WeightedSum
from recommender.crowds import Crowds
from recommender.training.crowding import crowds_of, spherical_k_means
from recommender.training.gathering import gather
from recommender.training.ledger import read
from tests.recommender.engine import act

TRACKS = ("jazz0", "jazz1", "rock0", "rock1", "rock2")
# Rock lies at 0 degrees and jazz at 90; the last coordinate is the weight in a sum.
FACTORS = Factors(np.array([[0, 1, 1], [0, 1, 1], [1, 0, 1], [1, 0, 1], [1, 0, 1]], np.float32), WeightedSum(3))


def crowds(plays: Sequence[tuple[str, str]]) -> Crowds | None:
    """Return the crowds of these plays of users on tracks."""
    known = [(user, track_id) for user, track_id in plays if track_id in TRACKS]
    ledger = read([act(track_id, user=user, days_ago=1) for user, track_id in known])
    arrays = crowds_of(FACTORS, gather(ledger), ledger.tracks)
    return None if arrays is None else Crowds(arrays["centres"].astype(np.float32), tuple(json.loads(str(arrays["tracks"]))))


def planted(listeners: int = 40, *, rare: int = 9) -> list[tuple[str, str]]:
    """Return plays: all of each group its first two tracks, and a few rock fans ``rock2`` too."""
    rock = [(f"rock fan {number}", track_id) for number in range(listeners) for track_id in ("rock0", "rock1")]
    jazz = [(f"jazz fan {number}", track_id) for number in range(listeners) for track_id in ("jazz0", "jazz1")]
    return [*rock, *jazz, *((f"rock fan {number}", "rock2") for number in range(rare))]


def test_planted_groups_are_found_with_what_all_of_them_play() -> None:
    found = crowds(planted())

    assert found is not None
    rock, jazz = (found.nearest(np.eye(128, dtype=np.float32)[axis], count=1)[0] for axis in (0, 1))
    assert dict(found.tracks[rock[0]]) == {"rock0": 1.0, "rock1": 1.0}
    assert dict(found.tracks[jazz[0]]) == {"jazz0": 1.0, "jazz1": 1.0}
    assert min(rock[1], jazz[1]) > 0.99


def test_what_ten_of_a_crowd_play_is_told_with_their_share_and_what_nine_play_is_not() -> None:
    nine, ten = crowds(planted(rare=9)), crowds(planted(rare=10))

    assert nine is not None
    assert ten is not None
    assert not any("rock2" in tracks for tracks in nine.tracks)
    assert [tracks["rock2"] for tracks in ten.tracks if "rock2" in tracks] == [0.25]


def test_fewer_than_ten_listeners_are_no_crowd() -> None:
    assert crowds([(f"fan {number}", "rock0") for number in range(9)]) is None


def test_ten_listeners_of_one_track_are_a_crowd() -> None:
    found = crowds([(f"fan {number}", "rock0") for number in range(10)])

    assert found is not None
    assert [dict(tracks) for tracks in found.tracks] == [{"rock0": 1.0}]


def test_listeners_who_share_nothing_with_ten_others_are_no_crowd() -> None:
    few = [(f"fan {number}", TRACKS[number % 5]) for number in range(45)]

    assert crowds(few) is None


def test_centres_are_unit_vectors_at_the_width_of_the_slot() -> None:
    found = crowds(planted())

    assert found is not None
    assert found.centres.shape[1] == 128
    np.testing.assert_allclose(np.linalg.norm(found.centres, axis=1), 1.0, atol=1e-6)


def test_k_means_on_the_sphere_parts_directions_whatever_their_order() -> None:
    angles = [0, 5, 10, 120, 125, 130, 240, 245, 250]
    directions = np.array([[math.cos(math.radians(angle)), math.sin(math.radians(angle))] for angle in angles], np.float32)

    _, groups = spherical_k_means(directions, 3, rng=np.random.default_rng(1))

    assert [len({*groups[start : start + 3].tolist()}) for start in (0, 3, 6)] == [1, 1, 1]
    assert len({*groups.tolist()}) == 3


def test_equal_directions_leave_groups_empty_and_nothing_breaks() -> None:
    directions = np.ones((20, 1), np.float32)

    centres, groups = spherical_k_means(directions, 3, rng=np.random.default_rng(0))

    assert np.isfinite(centres).all()
    assert len(groups) == 20
