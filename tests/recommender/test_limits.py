"""A caller gets its share and no more."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import TooMany
from recommender.trust.limits import Limits


def taken(limits: Limits, caller: str, moments: list[float], *, per_second: float, burst: int) -> int:
    passed = 0
    for moment in moments:
        try:
            limits.take(caller, per_second=per_second, burst=burst, now=moment)
            passed += 1
        except TooMany:
            continue
    return passed


def test_a_burst_passes_and_the_next_call_is_told_when_to_come_again() -> None:
    limits = Limits()

    passed = taken(limits, "a", [0.0] * 3, per_second=0.5, burst=3)

    assert passed == 3
    with pytest.raises(TooMany) as refused:
        limits.take("a", per_second=0.5, burst=3, now=0.0)
    assert refused.value.retry_after_s == 2


def test_after_the_time_told_a_call_passes() -> None:
    limits = Limits()
    taken(limits, "a", [0.0] * 3, per_second=0.5, burst=3)

    assert taken(limits, "a", [2.0], per_second=0.5, burst=3) == 1


def test_one_caller_does_not_use_up_what_is_another_s() -> None:
    limits = Limits()
    taken(limits, "a", [0.0] * 9, per_second=1, burst=2)

    assert taken(limits, "b", [0.0], per_second=1, burst=2) == 1


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    limits = Limits()
    taken(limits, "a", [100.0, 100.0], per_second=1, burst=2)

    assert taken(limits, "a", [0.0, 0.0], per_second=1, burst=2) == 0


@given(gaps=st.lists(st.floats(0, 3), max_size=60), burst=st.integers(1, 5), per_second=st.floats(0.1, 5))
def test_never_more_than_the_burst_and_what_flowed_in_since(gaps: list[float], burst: int, per_second: float) -> None:
    moments: list[float] = []
    for gap in gaps:
        moments.append((moments[-1] if moments else 0.0) + gap)

    passed = taken(Limits(), "a", moments, per_second=per_second, burst=burst)

    assert passed <= burst + per_second * (moments[-1] - moments[0] if moments else 0.0) + 1e-6


def test_threads_that_come_at_once_share_one_bucket() -> None:
    limits = Limits()

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: taken(limits, "a", [0.0] * 25, per_second=1, burst=37), range(8)))

    assert sum(passed) == 37


def test_a_call_that_costs_more_than_the_burst_takes_a_full_bucket() -> None:
    limits = Limits()

    limits.take("a", per_second=1, burst=4, now=0.0, cost=9)

    with pytest.raises(TooMany) as refused:
        limits.take("a", per_second=1, burst=4, now=0.0, cost=9)
    assert refused.value.retry_after_s == 4
    limits.take("a", per_second=1, burst=4, now=4.0, cost=9)
