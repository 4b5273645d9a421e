"""Which ids are accepted, and which names count as the same."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.identity import checked_id, fold, point_id


@pytest.mark.parametrize("value", ["a", "spotify:track:1", "Björk/Jóga 01", "日本", "x" * 128])
def test_up_to_128_printable_characters_are_an_id(value: str) -> None:
    assert checked_id(value, field="track_id") == value


@pytest.mark.parametrize("value", ["", "x" * 129, " a", "a ", "a\nb", "a\x00b", "\u202ea", "\ud800"])
def test_anything_else_is_refused_with_the_field_named(value: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked_id(value, field="track_id")

    assert (raised.value.code, raised.value.field) == ("invalid_id", "track_id")


def test_a_track_always_lands_on_the_same_point() -> None:
    assert point_id("t1") == point_id("t1") == str(uuid.UUID(point_id("t1")))
    assert point_id("t1") != point_id("t2")


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Björk", "bjork"),
        ("  Sigur   Rós ", "sigur ros"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("\uff2a\uff21\uff3a\uff3a", "jazz"),
        ("", ""),
    ],
)
def test_case_accents_width_and_spaces_make_no_difference(name: str, folded: str) -> None:
    assert fold(name) == folded


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_what_is_folded_stays_as_it_is(name: str) -> None:
    assert fold(fold(name)) == fold(name)
