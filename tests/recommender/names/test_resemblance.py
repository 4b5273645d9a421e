"""What was typed fits exactly, in all words, as a beginning or with typing errors, in this order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.names.resemblance import Match, Names, resemblances

SHAPE = Names("Shape of You", ("Ed Sheeran",), "Divide")
TAKK = Names("Hoppípolla", ("Sigur Rós",), "Takk...")
MOTIVE = Names("motive (with Doja Cat)", ("Ariana Grande", "Doja Cat"))
TOKYO = Names("東京フラッシュ", ("Vaundy",))


def match(typed: str, names: Names) -> Match:
    return resemblances(typed, [names])[0].match


@pytest.mark.parametrize(
    ("typed", "names", "expected"),
    [
        ("shape of you ed sheeran", SHAPE, Match.TITLE_AND_ARTIST),
        ("Ed Sheeran - Shape of You", SHAPE, Match.TITLE_AND_ARTIST),
        ("SHAPEOFYOU edsheeran", SHAPE, Match.TITLE_AND_ARTIST),
        ("motive with doja cat ariana grande doja cat", MOTIVE, Match.TITLE_AND_ARTIST),
        ("doja cat motive with doja cat", MOTIVE, Match.TITLE_AND_ARTIST),
        ("shape of you", SHAPE, Match.NAME),
        ("ed sheeran", SHAPE, Match.NAME),
        ("hoppipolla", TAKK, Match.NAME),
        ("you shape", SHAPE, Match.WORDS),
        ("takk ros", TAKK, Match.WORDS),
        ("shape of yo", SHAPE, Match.BEGINNING),
        ("sheeran shap", SHAPE, Match.BEGINNING),
        ("shpae fo yuo", SHAPE, Match.NEAR),
        ("shapee off yu ed sheran", SHAPE, Match.NEAR),
        ("hapeof you", SHAPE, Match.NEAR),
        ("sigur rs hopipolla", TAKK, Match.NEAR),
        ("blue train", SHAPE, Match.NONE),
        ("東京フラッシュ", TOKYO, Match.NAME),
        ("東京", TOKYO, Match.WORDS),
        ("フラッシュ", TOKYO, Match.WORDS),
        ("???", SHAPE, Match.NONE),
    ],
)
def test_what_was_typed_is_told_how_it_fits(typed: str, names: Names, expected: Match) -> None:
    assert match(typed, names) is expected


def test_a_word_that_another_track_has_is_no_typing_error() -> None:
    [_, bad] = resemblances("sad piano", [Names("Sad Song"), Names("Bad Piano")])
    [alone] = resemblances("sad piano", [Names("Bad Piano")])

    assert (bad.match, alone.match) == (Match.NONE, Match.NEAR)


def test_the_more_of_the_names_was_typed_the_greater_the_share() -> None:
    titles = ["Blue Moon", "Blue Moon of Kentucky", "Under the Blue Moon of Kentucky"]

    shares = [one.share for one in resemblances("blue moo", [Names(title) for title in titles])]

    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == 3


@pytest.mark.parametrize("typed", ["Jóga", "Jóga Björk", "björk  Jóga"])
def test_a_title_as_it_is_written_is_verbatim(typed: str) -> None:
    [written, folded] = resemblances(typed, [Names("Jóga", ("bjork",)), Names("JOGA", ("bjork",))])

    assert written.match is folded.match
    assert (written.is_verbatim, folded.is_verbatim) == (True, False)


def test_two_artists_together_are_exact_and_so_is_either() -> None:
    assert match("ariana grande doja cat", MOTIVE) is Match.NAME
    assert match("doja cat", MOTIVE) is Match.NAME
    assert match("motive doja cat", MOTIVE) is Match.WORDS


def test_a_title_of_more_words_than_are_compared_one_by_one_is_still_exact() -> None:
    long = " ".join(f"word{number}" for number in range(40))

    assert match(long, Names(long, ("Someone",))) is Match.NAME
    assert match(f"{long} someone", Names(long, ("Someone",))) is Match.TITLE_AND_ARTIST


def test_no_candidates_resemble_nothing() -> None:
    assert resemblances("anything", []) == []


@given(
    st.text(max_size=60),
    st.lists(st.builds(Names, st.text(max_size=40), st.lists(st.text(max_size=20), max_size=3).map(tuple)), max_size=4),
)
def test_whatever_is_typed_every_candidate_is_judged_between_nothing_and_all(typed: str, candidates: list[Names]) -> None:
    judged = resemblances(typed, candidates)

    assert len(judged) == len(candidates)
    assert all(0.0 <= one.share <= 1.0 + 1e-9 for one in judged)


@given(st.text(min_size=1, max_size=40), st.text(max_size=20))
def test_a_title_finds_itself_exactly_unless_it_has_no_words(title: str, artist: str) -> None:
    found = match(title, Names(title, (artist,)))

    assert found >= Match.NAME or found is Match.NONE
