"""What is kept in memory is read again once it is old, and survives a store that is out of reach."""

from datetime import timedelta

import pytest

from recommender.errors import Unavailable
from recommender.pages.keeping import Kept
from tests.recommender.engine import NOW

SECOND = timedelta(seconds=1)


class Counter:
    """Count readings, and fail when told to."""

    def __init__(self) -> None:
        self.readings = 0
        self.is_off = False

    def __call__(self, now: object) -> int:
        if self.is_off:
            raise Unavailable(f"out of reach at {now}")
        self.readings += 1
        return self.readings


def test_it_is_read_once_while_it_lasts_and_again_after() -> None:
    kept = Kept(Counter(), lasting=10 * SECOND)

    read = [kept.at(NOW + seconds * SECOND) for seconds in (0, 5, 9.9, 10, 15, 20)]

    assert read == [1, 1, 1, 2, 2, 3]


def test_a_clock_that_was_set_back_reads_again() -> None:
    kept = Kept(Counter(), lasting=10 * SECOND)
    kept.at(NOW)

    assert kept.at(NOW - 60 * SECOND) == 2


def test_what_was_read_before_answers_while_the_store_is_out_of_reach() -> None:
    reading = Counter()
    kept = Kept(reading, lasting=10 * SECOND)
    kept.at(NOW)
    reading.is_off = True

    assert kept.at(NOW + 60 * SECOND) == 1
    assert kept.last == 1


def test_without_anything_read_before_the_failure_is_told() -> None:
    reading = Counter()
    reading.is_off = True
    kept = Kept(reading, lasting=10 * SECOND)

    with pytest.raises(Unavailable):
        kept.at(NOW)
    assert kept.last is None
