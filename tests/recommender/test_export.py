"""All that is held of a user comes out on demand, with an index, in pages of any size."""

from datetime import timedelta

import pytest

from recommender.errors import InvalidInput
from recommender.interactions import Kind
from recommender.tastes.preferences import Consent, Hidden, Preferences
from recommender.trust.audit import Act, subject_of
from tests.recommender.engine import NOW, Engine, act


def known() -> Engine:
    """An engine that knows everything it can of ann, and something of ben."""
    engine = Engine()
    for track_id, degrees in {"rock": 0, "jazz": 90, "noise": 180}.items():
        engine.add(track_id, degrees, genres=(track_id,))
    engine.prefer("ann", exclude_contexts=("sleep",))
    engine.listen(act("rock", context="work"), act("noise", Kind.BAN), act("jazz", private=True), act("jazz", user="ben"))
    engine.ask("ann", limit=1)
    engine.ask("ben", limit=1)
    for user in ("ann", "ben"):
        engine.audit.append(Act(at=NOW, actor="user", action="taste.read", subject=subject_of(user)))
    return engine


def test_an_export_holds_every_kind_of_data() -> None:
    page = known().export.page("ann")

    assert {act.track_id for act in page.interactions} == {"rock", "noise", "jazz"}
    assert [act.track_id for act in page.interactions if act.private] == ["jazz"]
    assert page.preferences is not None
    assert page.preferences.exclude_contexts == ("sleep",)
    assert page.taste is not None
    assert (dict(page.taste.banned), dict(page.taste.genres)) == ({"noise": None}, {"rock": 1.0})
    assert [mode.exemplars for mode in page.taste.spaces["audio"].modes] == [("rock",)]
    assert [shown.recommendation_id for shown in page.impressions] == ["page for ann"]
    assert [(entry.number, entry.act.action) for entry in page.audit] == [(1, "taste.read")]
    assert (page.consent, page.next) == ("personal", None)


def test_the_index_says_what_each_part_is_how_much_and_for_how_long() -> None:
    index = {part.part: part for part in known().export.page("ann").index}

    counts = {name: part.count for name, part in index.items()}
    assert counts == {"interactions": 3, "preferences": 1, "taste": 1, "impressions": 1, "erasures": 0, "audit": 1}
    assert all(part.what and part.fields and part.retention for part in index.values())
    assert "730 days" in index["interactions"].retention
    assert "90 days" in index["impressions"].retention


def test_nothing_is_exported_of_somebody_unknown() -> None:
    page = known().export.page("nobody")

    assert (page.interactions, page.preferences, page.taste, page.impressions, page.audit) == ([], None, None, [], [])
    assert {part.count for part in page.index} == {0}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_pages_of_any_size_bring_everything_once(size: int) -> None:
    engine = known()
    engine.listen(*(act("rock", days_ago=days_ago) for days_ago in (1, 2, 2.5)))
    for _ in range(3):
        engine.ask("ann", limit=1)
        engine.audit.append(Act(at=NOW, actor="user", action="taste.read", subject=subject_of("ann")))

    pages = [engine.export.page("ann", size=size)]
    while pages[-1].next is not None:
        pages.append(engine.export.page("ann", cursor=pages[-1].next, size=size))

    assert [one for page in pages for one in page.interactions] == engine.log.of_user("ann")
    assert [one for page in pages for one in page.impressions] == engine.impressions.of_user("ann")
    assert [one.number for page in pages for one in page.audit] == [1, 3, 4, 5]
    assert [bool(page.index) for page in pages] == [True] + [False] * (len(pages) - 1)


@pytest.mark.parametrize("cursor", ["", "nonsense", "e30", "eyJwYXJ0IjoidGFzdGUiLCJhZnRlciI6MCwibGFzdCI6bnVsbH0"])
def test_a_cursor_that_no_page_ended_with_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        known().export.page("ann", cursor=cursor)


def test_hides_resets_the_session_and_the_consent_are_exported() -> None:
    engine = known()
    engine.choices.reset("ann", now=NOW - timedelta(days=1))
    engine.choices.put(Preferences(user="ann", consent=Consent.SESSION, hide_artists=(Hidden("Björk", NOW + timedelta(days=1)),)), now=NOW)
    engine.listen(act("rock", days_ago=0))

    page = engine.export.page("ann")

    assert page.preferences is not None
    assert (page.preferences.hide_artists[0].name, page.preferences.reset_at) == ("Björk", NOW - timedelta(days=1))
    assert page.taste is not None
    assert page.taste.session["audio"].modes[0].exemplars == ("rock",)
    assert (page.consent, page.preferences.consent_changes) == ("session", 1)
