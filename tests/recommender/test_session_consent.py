"""Who consents to a session alone is answered from it, and after a few hours nothing is left of it."""

from datetime import datetime, timedelta

import pytest

from recommender.interactions import Interaction, Kind
from recommender.tastes.preferences import Consent, Preferences
from recommender.trends import day_of
from tests.recommender.engine import NOW, Engine, act, angle_of


def library(consent: Consent = Consent.SESSION) -> Engine:
    engine = Engine()
    for track_id, degrees in {"rock": 0, "near rock": 2, "jazz": 90, "near jazz": 92}.items():
        engine.add(track_id, degrees)
    engine.choices.put(Preferences(user="ann", consent=consent), now=NOW)
    return engine


def just_now(track_id: str, kind: Kind = Kind.PLAY, *, minutes: float = 5, **fields: object) -> Interaction:
    return act(track_id, kind, at=NOW - timedelta(minutes=minutes), days_ago=minutes, **fields)


def test_only_a_session_is_learned() -> None:
    engine = library()

    engine.listen(just_now("rock"), just_now("jazz", Kind.SKIP))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert (taste.spaces, dict(taste.artists), set(taste.heard)) == ({}, {}, {"jazz", "rock"})
    (mode,) = taste.session["audio"].modes
    assert angle_of(mode.vector) == pytest.approx(0, abs=0.1)


def test_acts_of_before_the_session_and_private_ones_are_not_even_logged() -> None:
    engine = library()

    engine.listen(act("rock", days_ago=1), just_now("jazz", private=True), just_now("near rock"))

    assert [told.track_id for told in engine.log.of_user("ann")] == ["near rock"]


def test_neither_trends_nor_training_nor_outcomes_hear_of_a_session() -> None:
    engine = library()

    engine.listen(just_now("rock", recommendation_id="r1"))

    assert list(engine.log.until(NOW)) == []
    assert engine.log.trending(now=NOW, half_life_days=7, window_days=7, limit=9) == []
    assert all(engine.tallies.read(name, since=day_of(NOW) - 1) == {} for name in ("played", "completed", "skipped"))


@pytest.mark.parametrize(("before", "after"), [(Consent.PERSONAL, Consent.SESSION), (Consent.SESSION, Consent.PERSONAL)])
def test_with_another_consent_all_begins_anew(before: Consent, after: Consent) -> None:
    engine = library(before)
    engine.listen(just_now("rock"))
    engine.ask()

    engine.choices.put(Preferences(user="ann", consent=after), now=NOW)

    assert (engine.log.count(), engine.taste_store.get("ann"), engine.impressions.of_user("ann")) == (0, None, [])


@pytest.mark.parametrize(("hours", "kept"), [(1, ["late"]), (4, [])])
def test_after_some_hours_upkeep_leaves_nothing_of_a_session(hours: float, kept: list[str]) -> None:
    engine = library()
    engine.add("late", 45)
    engine.listen(just_now("rock", minutes=150), just_now("late"))
    engine.ask()

    engine.upkeep.run(now=NOW + timedelta(hours=hours))

    assert [told.track_id for told in engine.log.of_user("ann")] == kept
    assert engine.impressions.of_user("ann") == []
    assert (engine.taste_store.get("ann") is not None) == bool(kept)


def test_consent_that_is_withdrawn_while_a_message_is_recorded_is_heeded() -> None:
    engine = library(Consent.PERSONAL)

    class Withdrawing:
        def heard(self, _fresh: object, *, now: datetime) -> None:
            engine.choices.put(Preferences(user="ann", consent=Consent.NONE), now=now)

    type(engine.feedback)(engine.catalog, engine.log, engine.preferences, engine.tastes, Withdrawing()).record([just_now("rock")], now=NOW)

    assert (engine.log.count(), engine.taste_store.get("ann")) == (0, None)
