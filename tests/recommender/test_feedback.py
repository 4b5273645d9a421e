"""The listen walk records each act once and leaves a taste that follows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from recommender.errors import Conflict, InvalidInput, Unavailable
from recommender.feedback import Feedback, checked_end, checked_time
from recommender.interactions import Interaction, Kind, derived_id
from recommender.tastes.preferences import Consent
from recommender.tastes.taste import Taste
from tests.fakes.stores import FakeTasteStore
from tests.recommender.engine import NOW, Engine, act


def test_an_act_is_counted_as_new_once() -> None:
    engine = Engine()
    engine.add("rock", 0)
    told = [act("rock"), act("rock", Kind.LIKE)]

    first, again = engine.feedback.record(told, now=NOW), engine.feedback.record([*told, act("rock", days_ago=1)], now=NOW)

    assert (first, again) == (2, 1)
    assert engine.log.count() == 3


@pytest.mark.parametrize(("heard_ms", "share"), [(50_000, 0.25), (200_000, 1.0), (999_000, 1.0), (0, 0.0), (None, None)])
def test_the_share_of_a_track_that_was_heard_is_noted(heard_ms: int | None, share: float | None) -> None:
    engine = Engine()
    engine.add("rock", 0, duration_ms=200_000)

    engine.listen(act("rock", heard_ms=heard_ms))

    assert engine.log.of_user("ann")[0].share == share


def test_no_share_is_invented_for_a_track_of_unknown_length() -> None:
    engine = Engine()
    engine.add("rock", 0)

    engine.listen(act("rock", heard_ms=50_000))

    assert engine.log.of_user("ann")[0].share is None


def test_listening_to_another_encoding_is_listening_to_the_track() -> None:
    engine = Engine()
    engine.add("rock", 0)
    engine.catalog.link("rock as mp3", "rock")

    engine.listen(act("rock as mp3"))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert engine.log.of_user("ann")[0].track_id == "rock"
    assert list(taste.heard) == ["rock"]


def test_an_act_on_a_track_that_is_gone_by_now_is_kept_in_the_log() -> None:
    engine = Engine()

    engine.listen(act("gone"))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert engine.log.of_user("ann")[0].track_id == "gone"
    assert taste.spaces == {}


def test_a_message_that_comes_again_after_a_crash_brings_the_taste_that_is_missing() -> None:
    class CrashingOnce(FakeTasteStore):
        crashed = False

        def put(self, taste: Taste) -> Taste:
            if not self.crashed:
                self.crashed = True
                raise Unavailable("the power went")
            return super().put(taste)

    engine = Engine(taste_store=CrashingOnce())
    engine.add("rock", 0)
    with pytest.raises(Unavailable):
        engine.feedback.record([act("rock")], now=NOW)

    new = engine.feedback.record([act("rock")], now=NOW)

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert (new, taste.plays) == (0, 1)


def test_of_a_user_without_consent_nothing_is_kept() -> None:
    engine = Engine()
    engine.add("rock", 0)
    engine.prefer("ann", consent=Consent.NONE)

    new = engine.feedback.record([act("rock"), act("rock", user="ben")], now=NOW)

    assert new == 1
    assert list(engine.log.users()) == ["ben"]
    assert engine.taste_store.get("ann") is None


def test_each_user_of_a_batch_gets_a_taste_of_their_own() -> None:
    engine = Engine()
    engine.add("rock", 0)
    engine.add("jazz", 90)

    engine.listen(act("rock", user="ann"), act("jazz", user="ben"))

    assert {user: list(taste.heard) for user, taste in engine.taste_store.tastes.items()} == {"ann": ["rock"], "ben": ["jazz"]}


def test_of_messages_recorded_together_only_that_of_a_contended_user_comes_again() -> None:
    class ContendedForBen(FakeTasteStore):
        def put(self, taste: Taste) -> Taste:
            if taste.user == "ben":
                raise Conflict("somebody was faster")
            return super().put(taste)

    engine = Engine(taste_store=ContendedForBen())
    engine.add("rock", 0)

    done = engine.feedback.record_many(
        [[act("rock", user="ann")], [act("rock", user="ben"), act("rock", Kind.LIKE, user="ann")], [act("rock", user="cat")]], now=NOW
    )

    assert (done[0], done[2]) == (1, 1)
    assert isinstance(done[1], Unavailable)
    assert done[1].code == "contended"
    assert {user: taste.plays for user, taste in engine.taste_store.tastes.items()} == {"ann": 2, "cat": 1}
    assert engine.log.count() == 4


def test_an_act_that_comes_in_two_messages_at_once_is_logged_once() -> None:
    engine = Engine()
    engine.add("rock", 0)

    done = engine.feedback.record_many([[act("rock")], [act("rock"), act("rock", Kind.LIKE)]], now=NOW)

    assert done == [1, 2]
    assert engine.log.count() == 2


def test_each_act_is_told_to_the_outcomes_once() -> None:
    class Heard:
        def __init__(self) -> None:
            self.acts: list[Interaction] = []

        def heard(self, fresh: Sequence[Interaction], *, now: datetime) -> None:
            assert now == NOW
            self.acts.extend(fresh)

    engine, heard = Engine(), Heard()
    engine.add("rock", 0, duration_ms=200_000)
    feedback = Feedback(engine.catalog, engine.log, engine.preferences, engine.tastes, heard)

    for _ in range(2):
        feedback.record([act("rock", heard_ms=50_000, recommendation_id="r1")], now=NOW)

    assert [(told.recommendation_id, told.share) for told in heard.acts] == [("r1", 0.25)]


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=-5), timedelta(days=730)])
def test_a_time_within_what_is_kept_is_accepted(age: timedelta) -> None:
    assert checked_time(NOW - age, now=NOW) == NOW - age


@pytest.mark.parametrize(("age", "code"), [(timedelta(minutes=-6), "in_the_future"), (timedelta(days=731), "too_old")])
def test_a_time_outside_of_what_is_kept_is_refused(age: timedelta, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked_time(NOW - age, now=NOW)

    assert (raised.value.code, raised.value.field) == (code, "at")
    assert (NOW - age).isoformat() in raised.value.message


def test_the_same_act_told_twice_without_an_id_gets_the_same_id_and_another_act_another() -> None:
    same = derived_id("ann", "rock", Kind.PLAY, NOW)

    assert derived_id("ann", "rock", Kind.PLAY, NOW) == same
    others = {
        derived_id("ben", "rock", Kind.PLAY, NOW),
        derived_id("ann", "jazz", Kind.PLAY, NOW),
        derived_id("ann", "rock", Kind.SKIP, NOW),
        derived_id("ann", "rock", Kind.PLAY, NOW + timedelta(microseconds=1)),
    }
    assert len(others - {same}) == 4


@pytest.mark.parametrize("until", [None, NOW + timedelta(seconds=1)])
def test_a_ban_may_end_later_or_never(until: datetime | None) -> None:
    assert checked_end(until, at=NOW) == until


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1)])
def test_a_ban_that_ends_before_it_begins_is_refused(age: timedelta) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked_end(NOW - age, at=NOW)

    assert (raised.value.code, raised.value.field) == ("ends_too_early", "until")
