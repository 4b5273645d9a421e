"""Upkeep renews what is behind and lets go of what is too old."""

from dataclasses import replace
from datetime import timedelta

from recommender.pages.impressions import Impression
from recommender.trends import day_of
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.versions import publish


def library() -> Engine:
    engine = Engine()
    engine.add("rock", 0)
    return engine


def test_after_a_swap_every_taste_is_renewed_once() -> None:
    engine = library()
    engine.listen(act("rock", user="ann"), act("rock", user="ben"))
    publish(engine.models, "v1", {"rock": 0})
    engine.swap.serve("v1")

    first, second = engine.upkeep.run(now=NOW), engine.upkeep.run(now=NOW)

    assert (first["renewed"], second["renewed"]) == (2, 0)
    assert all(taste.made_for_collab == "v1" for taste in engine.taste_store.tastes.values())


def test_a_taste_that_a_crash_kept_from_being_made_is_made() -> None:
    engine = library()
    engine.log.append([act("rock")])

    assert engine.upkeep.run(now=NOW)["renewed"] == 1
    assert engine.taste_store.get("ann") is not None


def test_interactions_leave_after_two_years_and_pages_after_ninety_days() -> None:
    engine = library()
    engine.log.append([act("rock", days_ago=days_ago) for days_ago in (1, 729, 731)])
    page = Impression(recommendation_id="r", user="ann", at=NOW, track_ids=(), sources=(), cold=True, collab_version=None)
    for days_ago in (1, 89, 91):
        engine.impressions.append(replace(page, at=NOW - timedelta(days=days_ago)))

    done = engine.upkeep.run(now=NOW)

    assert (done["interactions_expired"], done["impressions_expired"]) == (1, 1)
    assert (engine.log.count(), len(engine.impressions.pages)) == (2, 2)


def test_upkeep_of_nothing_does_nothing() -> None:
    assert Engine().upkeep.run(now=NOW) == {
        "renewed": 0,
        "tastes_expired": 0,
        "interactions_expired": 0,
        "impressions_expired": 0,
        "tallies_expired": 0,
        "dead_letters_expired": 0,
    }


def test_of_whom_everything_has_expired_the_taste_is_gone() -> None:
    engine = library()
    engine.log.append([act("rock", user="ann", days_ago=729), act("rock", user="ben")])
    engine.upkeep.run(now=NOW)

    done = engine.upkeep.run(now=NOW + timedelta(days=2))

    assert (done["interactions_expired"], done["tastes_expired"]) == (1, 1)
    assert list(engine.taste_store.tastes) == ["ben"]


def test_a_taste_holds_nothing_of_acts_that_have_expired() -> None:
    engine = library()
    engine.add("jazz", 90)
    engine.log.append([act("rock", days_ago=729), act("jazz")])
    engine.upkeep.run(now=NOW)

    done = engine.upkeep.run(now=NOW + timedelta(days=2))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert (done["renewed"], list(taste.heard)) == (1, ["jazz"])
    assert [mode.exemplars for mode in taste.spaces["audio"].modes] == [("jazz",)]


def test_counts_leave_after_half_a_year() -> None:
    engine = library()
    engine.tallies.add("shown", {"audio": 1}, day=day_of(NOW - timedelta(days=181)))
    engine.tallies.add("shown", {"audio": 1}, day=day_of(NOW))

    assert engine.upkeep.run(now=NOW)["tallies_expired"] == 1
