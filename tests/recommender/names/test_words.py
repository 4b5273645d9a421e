"""Names fold into the words that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.names.words import core_of, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Shape of You", "shape of you"),
        ("JÓGA", "joga"),
        ("Don't Stop", "dont stop"),
        ("Don’t Stop", "dont stop"),  # noqa: RUF001  # as it is printed
        ("Sigur Rós", "sigur ros"),
        ("Mø", "mo"),
        ("Æther", "aether"),
        ("Straße", "strasse"),
        ("Ke$ha", "kesha"),
        ("A$AP", "asap"),
        ("$uicideboy$", "suicideboys"),
        ("P!nk", "pink"),
        ("Stop!", "stop"),
        ("$500", "500"),
        ("AC/DC", "ac dc"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("34+35", "34 35"),
        ("snake_case", "snake case"),
        ("東京フラッシュ", "東 京 フ ラ ッ シ ュ"),
        ("Привет", "привет"),
        ("שלום", "שלום"),
        ("?!", "?!"),
        ("÷ (x)", "x"),
        ("! \u200b!", "! !"),
        ("❤️", "❤"),
        ("caf\udce9 moon", "caf moon"),
        ("", ""),
    ],
)
def test_a_name_becomes_the_words_that_people_type(name: str, words: str) -> None:
    assert " ".join(words_of(name)) == words


@given(st.text())
def test_words_are_folded_once_and_for_all(name: str) -> None:
    words = words_of(name)

    assert words_of(" ".join(words)) == words
    assert all(word and not word.isspace() for word in words)


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("Motive (with Doja Cat)", "Motive"),
        ("Heroes - 2017 Remaster", "Heroes"),
        ("Jump [Live]", "Jump"),
        ("Jay-Z", "Jay-Z"),
        ("(Intro)", "(Intro)"),
        ("Yellow", "Yellow"),
    ],
)
def test_the_core_of_a_title_is_what_comes_before_brackets_and_dashes(title: str, core: str) -> None:
    assert core_of(title) == core
