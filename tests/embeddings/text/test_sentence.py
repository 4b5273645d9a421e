"""A track's sentence says what is known, once, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.text import track_sentence

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LISTS = st.lists(NAMES, max_size=5)
TRACKS = st.fixed_dictionaries(
    {"title": NAMES},
    optional={"artists": LISTS, "album": st.none() | NAMES, "genres": LISTS, "tags": LISTS, "year": st.none() | st.integers(-1, 12_000)},
)


def test_everything_known_is_said_with_the_style_first() -> None:
    sentence = track_sentence(
        title="Shook Ones",
        artists=["Mobb Deep"],
        album="The Infamous",
        genres=["hip hop", "east coast rap"],
        tags=["nocturnal"],
        year=1995,
    )

    assert sentence == "90s hip hop, east coast rap, nocturnal: Shook Ones by Mobb Deep, from The Infamous, 1995"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "Imagine"),
        ({"artists": ["John Lennon"]}, "Imagine by John Lennon"),
        ({"artists": ["John Lennon", "Yoko Ono"]}, "Imagine by John Lennon, Yoko Ono"),
        ({"album": "Anthology"}, "Imagine, from Anthology"),
        ({"genres": ["rock"]}, "rock: Imagine"),
        ({"tags": ["sad", "piano"]}, "sad, piano: Imagine"),
        ({"year": 1971}, "70s music: Imagine, 1971"),
    ],
)
def test_what_is_not_known_leaves_no_trace(known: dict, said: str) -> None:
    assert track_sentence(title="Imagine", **known) == said


@pytest.mark.parametrize(("year", "decade"), [(1929, "1920s"), (1930, "30s"), (1999, "90s"), (2000, "2000s"), (2015, "2010s")])
def test_a_decade_is_said_as_people_type_it(year: int, decade: str) -> None:
    assert track_sentence(title="Song", genres=["jazz"], year=year) == f"{decade} jazz: Song, {year}"


@pytest.mark.parametrize("year", [0, -1, 95, 19_950])
def test_a_year_that_cannot_be_one_is_unknown(year: int) -> None:
    assert track_sentence(title="Imagine", year=year) == "Imagine"


def test_a_genre_that_is_also_a_tag_is_said_once() -> None:
    assert track_sentence(title="Imagine", genres=["Soft Rock"], tags=["soft rock", "piano"]) == "Soft Rock, piano: Imagine"


def test_a_single_does_not_say_its_title_twice() -> None:
    assert track_sentence(title="Imagine", album="IMAGINE") == "Imagine"


def test_many_tags_do_not_push_the_title_out() -> None:
    sentence = track_sentence(title="Imagine", tags=[f"tag {n}" for n in range(500)])

    assert sentence.endswith("tag 11: Imagine")


@given(TRACKS)
def test_spaces_are_single_and_never_at_the_ends(track: dict) -> None:
    sentence = track_sentence(**track)

    assert sentence == " ".join(sentence.split())


@given(TRACKS)
def test_title_artists_and_genres_are_always_in_it(track: dict) -> None:
    sentence = track_sentence(**track).casefold()

    for name in (track["title"], *track.get("artists", ()), *track.get("genres", ())):
        assert " ".join(name.split()).casefold() in sentence


@given(TRACKS, st.sampled_from([" ", "\n", "\t  "]))
def test_stray_white_space_changes_nothing(track: dict, space: str) -> None:
    padded = track | {"title": space + track["title"] + space, "genres": [genre + space for genre in track.get("genres", ())]}

    assert track_sentence(**padded) == track_sentence(**track)


@given(TRACKS)
def test_blank_parts_say_nothing(track: dict) -> None:
    padded = track | {"tags": [*track.get("tags", ()), "  "], "artists": ["", *track.get("artists", ())]}

    assert track_sentence(**padded) == track_sentence(**track)
