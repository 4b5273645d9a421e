"""Pages that go on without repeats, whatever happens between them; what is broken or somebody else's is refused."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.pages.asking import Seeds
from recommender.pages.paging import LONGEST
from recommender.tastes.preferences import Consent
from tests.recommender.engine import NOW, Engine, act, ids, rock_and_jazz


def all_pages(engine: Engine, user: str | None = "ann", *, limit: int = 7, seeds: Seeds | None = None) -> list[list[str]]:
    pages, after = [], None
    while True:
        page = engine.ask(user, limit=limit, seeds=seeds, after=after)
        pages.append(ids(page))
        after = page.next
        if after is None:
            return pages


def flat(pages: Sequence[Sequence[str]]) -> list[str]:
    return [track_id for page in pages for track_id in page]


@pytest.mark.parametrize("user", ["listener", "newcomer", "refuser", None])
def test_pages_go_on_to_the_end_of_the_library_and_show_everything_once(user: str | None) -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0", user="listener", days_ago=1))
    engine.prefer("refuser", consent=Consent.NONE)

    shown = flat(all_pages(engine, user))

    assert len(shown) == len(set(shown)) == (59 if user == "listener" else 60)


@pytest.mark.parametrize("user", ["listener", "newcomer", "refuser"])
def test_an_artist_who_ends_a_page_does_not_begin_the_next(user: str) -> None:
    engine = Engine()
    for number in range(40):
        engine.add(f"t{number}", number, artists=(f"Artist {number % 4}",))
    engine.listen(act("t0", user="listener", days_ago=1))
    engine.prefer("refuser", consent=Consent.NONE)

    pages = all_pages(engine, user, limit=3)[:8]

    artist = {track.track_id: track.metadata.artists for track in engine.catalog.get_many([f"t{number}" for number in range(40)]).values()}
    assert all(artist[former[-1]] != artist[latter[0]] for former, latter in pairwise(pages))


def test_acts_between_pages_bring_nothing_back() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))
    first = engine.ask(limit=10)

    engine.listen(*(act(track_id, Kind.LIKE, days_ago=0) for track_id in ids(first)[:3]), act(ids(first)[4], Kind.SKIP, days_ago=0))
    second = engine.ask(limit=10, after=first.next, now=NOW + timedelta(days=20))

    assert len(second.items) == 10
    assert set(ids(first)).isdisjoint(ids(second))


def test_a_page_asked_for_twice_is_not_a_page_before() -> None:
    engine = rock_and_jazz()
    first = engine.ask(limit=30)

    twice = [engine.ask(limit=30, after=first.next) for _ in range(2)]

    assert all(set(ids(page)).isdisjoint(ids(first)) and len(page.items) == 30 for page in twice)


def test_adventure_and_length_may_change_from_page_to_page() -> None:
    engine = rock_and_jazz()
    first = engine.ask(limit=5, adventure=0)

    second = engine.ask(limit=20, adventure=1, after=first.next)

    assert len(second.items) == 20
    assert set(ids(first)).isdisjoint(ids(second))


def test_a_page_that_is_not_full_is_the_last_one() -> None:
    assert rock_and_jazz().ask(limit=100).next is None


def test_a_cursor_of_another_user_or_question_is_refused() -> None:
    engine = rock_and_jazz()
    cursor = engine.ask("ann", limit=5).next

    for user, seeds, filters in [
        ("ben", None, None),
        (None, None, None),
        ("ann", Seeds.of(tracks=("rock0",)), None),
        ("ann", None, Filters(genres=("rock",))),
    ]:
        with pytest.raises(InvalidInput) as raised:
            engine.ask(user, seeds=seeds, filters=filters, after=cursor)
        assert (raised.value.code, raised.value.field) == ("invalid_cursor", "after")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.hex()))
def test_nothing_else_passes_for_a_cursor(word: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        Engine().ask(after=word)

    assert (raised.value.code, raised.value.field) == ("invalid_cursor", "after")


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 500), st.sampled_from("AZaz09-_"))
def test_a_cursor_with_a_letter_changed_is_refused_or_the_same(place: int, letter: str) -> None:
    engine = rock_and_jazz()
    cursor = engine.ask(None, limit=5).next or ""
    place %= len(cursor) - 1
    changed = cursor[:place] + letter + cursor[place + 1 :]

    if changed == cursor:
        assert engine.ask(None, after=changed).items
    else:
        with pytest.raises(InvalidInput):
            engine.ask(None, after=changed)


def test_a_cursor_whose_pages_were_erased_is_refused_with_what_to_do() -> None:
    engine = rock_and_jazz()
    cursor = engine.ask(limit=5).next
    engine.impressions.erase("ann")

    with pytest.raises(InvalidInput) as raised:
        engine.ask(after=cursor)

    assert (raised.value.code, raised.value.message) == (
        "expired_cursor",
        "the pages before this one are gone: ask for the first one again",
    )


def test_where_nothing_is_kept_a_cursor_ends_before_it_is_too_long_for_a_link() -> None:
    engine = Engine()
    for number in range(400):
        engine.add(f"{hash(str(number)):x}-{number}" * 3, number % 360)

    cursors, after = [], None
    while True:
        after = engine.ask(None, limit=50, after=after).next
        if after is None:
            break
        cursors.append(after)

    assert cursors
    assert max(len(cursor) for cursor in cursors) <= LONGEST
