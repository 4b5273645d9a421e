"""What was typed shares features with the name that was meant, whatever single fault is in a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.names.features import features_asked, features_of
from recommender.names.words import words_of


def shared(typed: str, title: str, artist: str = "", *, album: str | None = None, popularity: float = 0) -> float:
    """Return the dot product by which an index compares them."""
    features = features_of(title, (artist,) if artist else (), album, popularity)
    asked = features_asked(words_of(typed))
    return sum(asked[feature] * features[feature] for feature in asked.keys() & features.keys())


word = st.text(alphabet="abcdefghij", min_size=2, max_size=10)


@given(word, st.integers(0, 10), st.sampled_from("aexyz"))
def test_a_word_with_one_fault_of_any_kind_is_found(right: str, place: int, letter: str) -> None:
    at = place % len(right)
    typed = [right[:at] + letter + right[at:], right[:at] + letter + right[at + 1 :], right[:at] + right[at] + right[at:]]
    typed += [right[:at] + right[at + 1 :], *([right[: at - 1] + right[at] + right[at - 1] + right[at + 1 :]] if at else [])]

    assert all(shared(wrong, right) > 0 for wrong in typed)


@pytest.mark.parametrize("typed", ["b", "be", "bey", "beyon", "beyonce"])
def test_every_beginning_of_a_word_is_found(typed: str) -> None:
    assert shared(typed, "Halo", "Beyoncé") > 0


def test_a_title_that_is_just_the_words_shares_more_than_a_longer_one_and_a_title_more_than_an_album() -> None:
    exact, longer, album = shared("stay", "Stay", "Rihanna"), shared("stay", "Stay Up", "U2"), shared("stay", "Go", "U2", album="Stay")

    assert exact > longer > album > 0


def test_of_two_tracks_called_the_same_the_more_popular_shares_more() -> None:
    assert shared("stay", "Stay", popularity=80) > shared("stay", "Stay", popularity=10)


def test_a_name_without_a_letter_or_digit_has_the_features_of_its_signs_and_one_without_signs_has_none() -> None:
    assert features_asked(words_of("?!")).keys() & features_of("?!", ("...",), None, 50).keys()
    assert features_of(" ", ("\u200b",), None, 50) == {}
    assert features_asked(()) == {}


@given(st.text(max_size=600), st.text(max_size=60))
def test_features_are_unsigned_numbers_with_weights_above_nothing_and_not_too_many(title: str, artist: str) -> None:
    for features in (features_of(title, (artist,), artist, 50), features_asked(words_of(title))):
        assert all(0 <= feature < 2**32 and weight > 0 for feature, weight in features.items())
        assert len(features) < 3_000


def test_features_are_the_same_in_every_process() -> None:
    assert max(features_asked(("stay",)).items(), key=lambda pair: pair[1]) == (3772700586, 2.0)
