"""Tastes are told in words that follow from the tracks' attributes and genres."""

from datetime import UTC, datetime

import pytest

from embeddings.spaces import Space
from recommender.tastes.sentences import attributes_of, disliking, genres_of, lately, liking
from recommender.tracks import Metadata, Track
from tests.recommender.engine import NOW

SINCE = datetime(2026, 3, 10, 12, tzinfo=UTC)


def track(title: str, *genres: str, **attributes: float) -> Track:
    metadata = Metadata(title=title, artists=(f"{title}'s band",), genres=genres)
    return Track(track_id=title, metadata=metadata, added_at=NOW, attributes=attributes)


def test_remarkable_attributes_become_words() -> None:
    loud = track("A", tempo=150, energy=0.9, instrumentalness=0.9, danceability=0.5)

    assert attributes_of([loud]) == ("fast", "energetic", "instrumental")


def test_attributes_are_those_of_the_tracks_on_average() -> None:
    assert attributes_of([track("A", tempo=80, energy=0.1), track("B", tempo=80, energy=0.7), track("C")]) == ("slow",)


def test_tracks_that_were_never_heard_have_no_words() -> None:
    assert attributes_of([track("A")]) == ()


def test_the_most_common_genres_come_first() -> None:
    assert genres_of([track("A", "rock", "indie"), track("B", "rock"), track("C", "jazz", "folk")]) == ("rock", "folk", "indie")


@pytest.mark.parametrize(
    ("space", "kind"),
    [
        (Space.AUDIO, "sounds like"),
        (Space.TEXT, "is close in style to"),
        (Space.COLLAB, "is what people play who play"),
    ],
)
def test_a_mode_is_a_sentence_with_share_exemplars_words_and_date(space: Space, kind: str) -> None:
    said = liking(space, 0.436, [track("A", "rock", tempo=150), track("B{x}", "rock")], SINCE)

    assert said == f"44 % of what you like {kind} A by A's band and B{{x}} by B{{x}}'s band (fast; rock), since 2026-03-10."


@pytest.mark.parametrize(("strength", "turn"), [(0.23, "turn away a little"), (0.5, "turn away"), (0.67, "strongly turn away")])
def test_a_dislike_says_how_strong_it_is(strength: float, turn: str) -> None:
    said = disliking(Space.AUDIO, strength, [track("A")], None)

    assert said == f"You {turn} from what sounds like A by A's band."


def test_a_session_is_what_is_liked_right_now() -> None:
    assert lately(Space.TEXT, 1.0, [track("A", "jazz")], SINCE) == "What you like right now is close in style to A by A's band (jazz)."
