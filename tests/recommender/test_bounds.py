"""Whatever names are like, what is kept of them has a bounded size."""

import json

from hypothesis import given
from hypothesis import strategies as st

from recommender.tastes.bounds import fitting


@given(st.lists(st.text(max_size=40), unique=True, max_size=30), st.integers(0, 2_000))
def test_what_is_kept_fits_as_json_with_room_for_its_values(names: list[str], most: int) -> None:
    kept = fitting(names, most_bytes=most)

    assert list(kept) == names[: len(kept)]
    assert len(json.dumps(dict.fromkeys(kept, 1790000000000000), separators=(",", ":"))) <= most + 2


def test_short_names_are_all_kept() -> None:
    assert fitting(("a", "b"), most_bytes=100) == ("a", "b")


def test_the_first_that_does_not_fit_ends_the_list() -> None:
    assert fitting(("a" * 20, "b" * 100, "c"), most_bytes=70) == ("a" * 20,)
