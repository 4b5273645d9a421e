"""When the index or the state is out of reach, a page from memory is better than none, as long as it says so."""

from dataclasses import replace

import pytest

from recommender.errors import Unavailable
from recommender.filters import Filters
from recommender.interactions import Kind
from tests.fakes.index import FakeIndex
from tests.fakes.stores import FakePreferenceStore, FakeServingStore
from tests.recommender.engine import Engine, act, ids


class FailingIndex(FakeIndex):
    """An index that can be switched off."""

    is_off = False

    def __getattribute__(self, name: str) -> object:
        if name in {"nearest", "fetch", "scroll", "top", "count"} and object.__getattribute__(self, "is_off"):
            raise Unavailable("the index is out of reach", code="index_failed")
        return object.__getattribute__(self, name)


class FailingServingStore(FakeServingStore):
    def get(self) -> object:  # type: ignore[override]  # it never returns
        raise Unavailable("the state is out of reach")


class FailingPreferenceStore(FakePreferenceStore):
    def get(self, user: str) -> object:  # type: ignore[override]  # it never returns
        raise Unavailable(f"the state of {user} is out of reach")


def library() -> Engine:
    engine = Engine(index=FailingIndex())
    for number in range(30):
        engine.add(
            f"t{number}",
            number * 12,
            genres=("rock" if number % 2 else "jazz",),
            artists=(f"Artist {number % 10}",),
            popularity=number,
            explicit=number >= 20,
        )
    engine.listen(act("t0"), act("t1", Kind.BAN))
    return engine


def switched_off(engine: Engine) -> Engine:
    engine.index.is_off = True  # type: ignore[attr-defined]  # of the failing index
    return engine


def test_a_popular_page_is_answered_from_memory_and_says_so() -> None:
    engine = library()
    engine.ask("somebody")

    page = switched_off(engine).ask(limit=10)

    assert len(set(ids(page))) == 10
    assert (page.degraded, page.cold, page.next) == (True, True, None)


def test_filters_and_exclusions_hold_in_it() -> None:
    engine = library()
    engine.prefer(exclude_artists=("Artist 3",))
    engine.ask("somebody")

    shown = set(ids(switched_off(engine).ask(limit=30, filters=Filters(genres=("rock",), exclude_tracks=("t5",)))))

    assert shown == {f"t{number}" for number in range(1, 30, 2)} - {"t1", "t3", "t13", "t23", "t5"}


def test_where_preferences_cannot_be_read_nothing_explicit_is_shown() -> None:
    engine = library()
    engine.ask("somebody")
    blind = replace(engine.recommend.standby, preferences=FailingPreferenceStore())
    broken = replace(engine.recommend.circumstances, serving=FailingServingStore())
    engine.recommend = replace(engine.recommend, standby=blind, circumstances=broken)

    shown = ids(engine.ask(limit=30))

    assert shown
    assert max(int(track_id[1:]) for track_id in shown) < 20


def test_where_nothing_passes_it_says_why() -> None:
    engine = library()
    engine.ask("somebody")

    page = switched_off(engine).ask(filters=Filters(genres=("polka",)))

    assert (page.items, page.degraded) == ((), True)
    assert page.why is not None
    assert "out of reach" in page.why


def test_without_anything_in_memory_the_failure_is_told() -> None:
    with pytest.raises(Unavailable):
        switched_off(library()).ask()


def test_a_page_that_goes_on_from_another_is_not_answered_from_memory_because_it_might_repeat() -> None:
    engine = library()
    cursor = engine.ask(limit=5).next

    with pytest.raises(Unavailable):
        switched_off(engine).ask(limit=5, after=cursor)


def test_once_the_index_is_back_pages_are_personal_again() -> None:
    engine = library()
    engine.ask("somebody")
    switched_off(engine).ask()
    engine.index.is_off = False  # type: ignore[attr-defined]  # of the failing index

    page = engine.ask(limit=5)

    assert not page.degraded
    assert not page.cold
