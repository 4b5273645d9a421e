"""A batch is accepted entry by entry: one that cannot be recorded is refused alone."""

import pytest

from recommender.errors import Unavailable
from tests.recommender.engine import NOW, Engine, act


def library() -> Engine:
    engine = Engine()
    engine.add("rock", 0)
    return engine


def test_what_can_be_recorded_is_handed_over_and_the_rest_is_refused_by_its_place() -> None:
    engine = library()
    good, future, old, unknown = act("rock"), act("rock", days_ago=-1), act("rock", days_ago=800), act("nowhere")

    accepted, refused = engine.listening.accept([(0, future), (3, old), (4, good), (7, unknown)], now=NOW)

    assert accepted == 1
    assert engine.outbox.heard_of == [good]
    assert [(refusal.index, refusal.code) for refusal in refused] == [(0, "in_the_future"), (3, "too_old"), (7, "unknown_track")]
    assert "nowhere" in refused[-1].message


def test_a_batch_without_a_recordable_entry_hands_nothing_over() -> None:
    engine = library()
    engine.outbox.shut = True

    accepted, refused = engine.listening.accept([(0, act("nowhere"))], now=NOW)

    assert (accepted, len(refused)) == (0, 1)


def test_another_encoding_of_a_track_is_known() -> None:
    engine = library()
    engine.catalog.link("rock as mp3", "rock")

    accepted, refused = engine.listening.accept([(0, act("rock as mp3"))], now=NOW)

    assert (accepted, refused) == (1, [])


def test_nothing_counts_as_accepted_while_it_cannot_be_handed_over() -> None:
    engine = library()
    engine.outbox.shut = True

    with pytest.raises(Unavailable):
        engine.listening.accept([(0, act("rock"))], now=NOW)
