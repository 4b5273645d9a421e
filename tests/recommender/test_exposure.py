"""New tracks get their share of places until they have had their budget of showings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.pages.policy import Policy
from tests.recommender.engine import NOW, Engine, act, ids

DAY = timedelta(days=1)


def library(*, new: int = 3, policy: Policy | None = None) -> Engine:
    """Return eighty old tracks of one sound, and some new ones of another."""
    engine = Engine()
    for number in range(80):
        engine.add(f"old{number}", number / 10)
    for number in range(new):
        engine.add(f"new{number}", 180 + number)
    engine.index.set_payload({f"new{number}": {"added_at": int((NOW - DAY).timestamp())} for number in range(new)})
    for number in range(new):
        track = engine.catalog.get(f"new{number}")
        assert track is not None
        engine.catalog.put(replace(track, added_at=NOW - DAY))
    engine.recommend = engine.recommending(policy or Policy(new_share=0.05))
    engine.listen(act("old0"))
    return engine


def shown_new(engine: Engine, *, limit: int, pages: int) -> list[str]:
    return [track_id for _ in range(pages) for track_id in ids(engine.ask(limit=limit)) if track_id.startswith("new")]


def test_a_page_of_twenty_has_a_place_for_a_new_track_however_far_it_is_from_the_taste() -> None:
    page = library().ask(limit=20)

    assert len(page.items) == 20
    assert sum(track_id.startswith("new") for track_id in ids(page)) == 1
    assert [item.candidate.because.text for item in page.items if item.candidate.source == "new"] == [
        "new in this catalogue: it has been heard by few"
    ]


def test_short_pages_have_their_share_over_many_of_them() -> None:
    engine = library(policy=Policy(new_share=0.05, new_budget=10_000))

    assert 20 <= len(shown_new(engine, limit=5, pages=200)) <= 80


def test_a_new_track_that_the_taste_brings_counts_for_the_share() -> None:
    engine = library()
    engine.listen(act("new0", days_ago=4))
    before = engine.ask(limit=20)

    assert sum(item.candidate.source == "new" for item in before.items) == 0
    assert sum(track_id.startswith("new") for track_id in ids(before)) >= 1


def test_every_new_track_is_shown_and_none_beyond_its_budget_on_purpose() -> None:
    engine = library(policy=Policy(new_share=0.05, new_budget=4))
    shown: list[str] = []
    for page in range(40):
        now = NOW + page * timedelta(minutes=2)
        shown += [track_id for track_id in ids(engine.ask(limit=20, now=now)) if track_id.startswith("new")]

    assert {track_id: shown.count(track_id) for track_id in shown} == {"new0": 4, "new1": 4, "new2": 4}


def test_showings_are_accounted_for() -> None:
    engine = library(policy=Policy(new_share=0.05, new_budget=2))
    for page in range(4):
        engine.ask(limit=20, now=NOW + page * timedelta(minutes=2))

    report = engine.quality.report(now=NOW + timedelta(minutes=10))

    assert (report["new_tracks_shown"], report["new_showings"]) == (3, 4)
    assert report["new_share"] == pytest.approx(0.05)


def test_without_new_tracks_a_page_is_as_it_was() -> None:
    assert len(ids(library(new=0).ask(limit=20))) == 20


def test_a_policy_without_a_share_pushes_nothing() -> None:
    assert shown_new(library(policy=Policy.plain()), limit=20, pages=3) == []


def test_a_new_track_does_not_stand_beside_its_own_artist() -> None:
    engine = library(new=0)
    engine.add("new", 180, artists=("Artist old3", "Artist old4"))
    engine.index.set_payload({"new": {"added_at": int((NOW - DAY).timestamp())}})

    shown = ids(engine.ask(limit=20))

    place = shown.index("new")
    assert not {"old3", "old4"} & set(shown[max(0, place - 1) : place + 2])
