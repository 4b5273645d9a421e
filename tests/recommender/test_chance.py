"""Chance is even, repeats itself for the same page, and keeps to the weights."""

import pytest

from recommender.pages.chance import drawn, sampled


def test_the_same_words_draw_the_same_and_others_draw_evenly() -> None:
    draws = [drawn("page", str(number)) for number in range(4000)]

    assert drawn("page", "7") == draws[7]
    assert sum(draw < 0.25 for draw in draws) / 4000 == pytest.approx(0.25, abs=0.03)


def test_a_row_of_three_times_the_weight_is_drawn_three_times_as_often() -> None:
    chosen = [sampled("ab", [3.0, 1.0], count=1, chance=str(number))[0] for number in range(4000)]

    assert chosen.count("a") / 4000 == pytest.approx(0.75, abs=0.03)


def test_rows_are_never_repeated_and_keep_their_order() -> None:
    assert sampled("abc", [0.2, 0.3, 0.5], count=5, chance="page") == ["a", "b", "c"]
