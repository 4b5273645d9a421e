"""A user leans to the artists, genres and sounds of their taste."""

import pytest

from embeddings.spaces import Space
from embeddings.taste import Mode
from recommender.pages.leaning import leanings
from recommender.ports.index import Point
from recommender.tastes.taste import SpaceTaste, Taste
from tests.recommender.engine import NOW, at_angle

SLOTS = {Space.AUDIO: ("audio_a", "ear-1"), Space.TEXT: ("text", "words-1"), Space.COLLAB: ("collab_a", None)}


def taste(version: str = "ear-1") -> Taste:
    spaces = {"audio": SpaceTaste(version, (Mode(at_angle(0), 1.0, ()),))}
    return Taste(user="ann", updated_at=NOW, spaces=spaces, artists={"bjork": 0.6, "cave": 0.3}, genres={"rock": 0.5, "pop": 0.5})


@pytest.mark.parametrize(
    ("payload", "degrees", "expected"),
    [
        ({"artists": ["bjork"], "genres": ["rock"]}, 0, 1.0),
        ({"artists": ["bjork", "nobody"]}, None, 0.5),
        ({"artists": ["cave"]}, None, 0.25),
        ({"genres": ["pop", "jazz"]}, None, 0.2),
        ({}, 60, 0.15),
        ({}, 180, 0.0),
        ({}, None, 0.0),
    ],
)
def test_artists_genres_and_nearness_add_up_to_at_most_one(payload: dict[str, list[str]], degrees: float | None, expected: float) -> None:
    point = Point("t", {} if degrees is None else {"audio_a": at_angle(degrees)}, payload)

    assert leanings(taste(), [point], SLOTS) == pytest.approx({"t": expected}, abs=1e-6)


def test_a_taste_in_another_version_of_the_space_and_an_empty_one_say_nothing() -> None:
    point = Point("t", {"audio_a": at_angle(0)}, {"artists": ["bjork"]})

    assert leanings(taste("ear-0"), [point], SLOTS) == {"t": 0.5}
    assert leanings(Taste(user="ann", updated_at=NOW), [point], SLOTS) == {"t": 0.0}
