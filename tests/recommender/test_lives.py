"""What was accepted in a life that has ended is dropped, and whoever comes back begins anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from recommender.errors import Unavailable
from recommender.tastes.preferences import Consent, Preferences
from recommender.trust.lateness import Accepted
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.test_erasing import held, known


def accept(engine: Engine, *acts: object) -> None:
    engine.listening.accept(list(enumerate(acts)), now=NOW)  # type: ignore[arg-type]  # interactions


def test_what_was_accepted_before_an_erasure_and_drained_after_it_is_dropped() -> None:
    engine = known()
    accept(engine, act("rock", days_ago=1), act("rock", days_ago=1, user="ben"))

    engine.erase("ann")
    engine.drain()

    assert held(engine) == {0}
    assert engine.log.count_of("ben") == 4


def test_who_comes_back_after_an_erasure_begins_anew() -> None:
    engine = known()
    engine.erase("ann")

    accept(engine, act("jazz", days_ago=20))
    engine.drain()

    # also an act of before: it was told after
    assert [told.track_id for told in engine.log.of_user("ann")] == ["jazz"]
    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert taste.plays == 1


def test_who_comes_back_and_is_erased_again_leaves_nothing_of_either_life() -> None:
    engine = known()
    engine.erase("ann")
    accept(engine, act("jazz", days_ago=1))

    engine.erase("ann", receipt_id="r2")
    engine.drain()

    assert held(engine) == {0}


def test_what_comes_while_an_erasure_is_under_way_waits_for_its_end() -> None:
    engine = known()
    engine.erasing.ask("ann", receipt_id="r1", now=NOW)
    accept(engine, act("jazz", days_ago=1))
    heard = list(engine.outbox.heard_of)

    (early,) = engine.drain()
    engine.carry_out()
    engine.outbox.heard_of = heard
    (late,) = engine.drain()

    assert (isinstance(early, Unavailable), late) == (True, 1)
    assert engine.log.count_of("ann") == 1


def test_an_erasure_that_is_asked_while_a_message_is_recorded_is_heeded() -> None:
    engine = known("ben")

    class Erasing:
        def heard(self, _fresh: object, *, now: datetime) -> None:
            engine.erase("ann", now=now)

    feedback = replace(engine.feedback, outcomes=Erasing())  # type: ignore[arg-type]  # hears, and asks
    replace(engine.recording, feedback=feedback).record(Accepted([act("rock")]), now=NOW)

    assert held(engine) == {0}


def test_what_a_cut_short_delivery_had_written_too_late_is_removed_by_the_next() -> None:
    engine = known()
    late = act("rock", days_ago=1)
    engine.erase("ann")
    engine.log.append([late])

    engine.recording.record(Accepted([late]), now=NOW)

    assert held(engine) == {0}


def test_a_page_that_was_being_made_during_the_erasure_is_not_kept() -> None:
    engine = known()
    engine.erase("ann", now=NOW + timedelta(milliseconds=5))

    engine.ask("ann", now=NOW)
    late = engine.impressions.of_user("ann")
    engine.ask("ann", now=NOW + timedelta(seconds=1))

    assert (late, len(engine.impressions.of_user("ann"))) == ([], 1)


def test_preferences_wait_for_an_erasure_under_way_and_are_taken_back_if_one_comes_between() -> None:
    engine = known()

    def prefer(*, between: Callable[[], object] = lambda: None) -> None:
        with engine.lives.lasting("ann", undo=engine.holdings.erase):
            engine.prefer("ann")
            between()

    with pytest.raises(Unavailable):
        prefer(between=lambda: engine.erase("ann"))
    engine.erasing.ask("ann", receipt_id="r2", now=NOW)
    with pytest.raises(Unavailable):
        prefer()

    assert engine.preferences.get("ann") is None


@pytest.mark.parametrize("between", [Consent.NONE, Consent.SESSION])
def test_what_was_accepted_before_a_withdrawal_is_dropped_even_if_consent_is_given_again(between: Consent) -> None:
    engine = known()
    accept(engine, act("rock", days_ago=0.01))

    for consent in (between, Consent.PERSONAL):
        engine.choices.put(Preferences(user="ann", consent=consent), now=NOW)
    engine.drain()

    assert engine.log.count_of("ann") == 0


def test_of_somebody_who_consents_to_nothing_nothing_is_even_queued() -> None:
    engine = known()
    engine.choices.put(Preferences(user="ann", consent=Consent.NONE), now=NOW)

    accepted, refused = engine.listening.accept([(0, act("rock", days_ago=0)), (1, act("rock", days_ago=0, user="ben"))], now=NOW)

    assert (accepted, [(one.index, one.code) for one in refused]) == (1, [(0, "no_consent")])
    assert [one.user for one in engine.outbox.heard_of] == ["ben"]


def test_of_somebody_who_consents_to_nothing_pages_are_contextual_and_not_kept() -> None:
    engine = known()
    engine.choices.put(Preferences(user="ann", consent=Consent.NONE), now=NOW)

    page = engine.ask("ann")

    assert page.cold
    assert {name: count for name, count in engine.holdings.count("ann").items() if count} == {"preferences": 1}
