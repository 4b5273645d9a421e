"""How far keys are from each other."""

import pytest

from recommender.playing.keys import key_distance

C, CIS, D, E, F, FIS, G, A = 0, 1, 2, 4, 5, 6, 7, 9
MAJOR, MINOR = True, False


def test_a_key_is_no_way_from_itself_and_f_sharp_is_the_farthest_from_c() -> None:
    farthest = max(key_distance((C, MAJOR), (tonic, mode)) for tonic in range(12) for mode in (MAJOR, MINOR))

    assert key_distance((C, MAJOR), (C, MAJOR)) == pytest.approx(0.0, abs=1e-12)
    assert key_distance((C, MAJOR), (FIS, MAJOR)) == farthest == pytest.approx(1.0)


def test_beside_c_major_are_its_relative_minor_its_fifths_and_its_parallel_minor() -> None:
    others = [(tonic, mode) for tonic in range(12) for mode in (MAJOR, MINOR) if (tonic, mode) != (C, MAJOR)]

    nearest = sorted(others, key=lambda key: key_distance((C, MAJOR), key))[:5]

    assert nearest[0] == (A, MINOR)
    assert set(nearest) == {(A, MINOR), (G, MAJOR), (F, MAJOR), (E, MINOR), (C, MINOR)}


def test_each_step_on_the_circle_of_fifths_leads_farther() -> None:
    circle = [key_distance((C, MAJOR), (7 * step % 12, MAJOR)) for step in range(7)]

    assert circle == sorted(circle)


def test_distance_is_the_same_both_ways_and_from_every_tonic() -> None:
    there, back = key_distance((C, MAJOR), (A, MINOR)), key_distance((A, MINOR), (C, MAJOR))

    assert there == pytest.approx(back)
    assert there == pytest.approx(key_distance((D, MAJOR), ((D + 9) % 12, MINOR)))


def test_an_unknown_mode_is_taken_for_the_nearer_one() -> None:
    assert key_distance((C, MAJOR), (A, None)) == key_distance((C, MAJOR), (A, MINOR))
