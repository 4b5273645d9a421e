"""What a user asks for holds at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from recommender.interactions import Kind
from recommender.tastes.preferences import Consent, Hidden, Preferences
from tests.recommender.engine import NOW, Engine, act, angle_of, ids

LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)


def library() -> Engine:
    engine = Engine()
    for track_id, degrees in {"rock": 0, "near rock": 2, "jazz": 90, "near jazz": 92}.items():
        engine.add(track_id, degrees)
    return engine


def test_preferences_are_kept_as_they_were_asked_for() -> None:
    engine = library()
    asked = Preferences(user="ann", allow_explicit=False, pick_genres=("jazz",), exclude_artists=("Nobody",))

    engine.choices.put(asked, now=NOW)

    assert engine.preferences.get("ann") == asked
    assert engine.taste_store.get("ann") is None


@pytest.mark.parametrize("asked", [{"exclude_tracks": ("jazz",)}, {"exclude_contexts": ("sleep",)}])
def test_what_is_excluded_leaves_the_taste_at_once(asked: dict[str, tuple[str, ...]]) -> None:
    engine = library()
    engine.listen(act("rock"), act("jazz", Kind.SAVE, context="sleep"))

    engine.choices.put(Preferences(user="ann", **asked), now=NOW)

    taste = engine.taste_store.get("ann")
    assert taste is not None
    (mode,) = taste.spaces["audio"].modes
    assert angle_of(mode.vector) == pytest.approx(0, abs=0.1)


def test_what_is_no_longer_excluded_comes_back_into_the_taste() -> None:
    engine = library()
    engine.listen(act("rock"), act("jazz"))
    engine.choices.put(Preferences(user="ann", exclude_tracks=("jazz",)), now=NOW)

    engine.choices.put(Preferences(user="ann"), now=NOW)

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert len(taste.spaces["audio"].modes) == 2


def test_withdrawn_consent_takes_the_taste_and_the_log_and_leaves_others_alone() -> None:
    engine = library()
    engine.listen(act("rock"), act("jazz", user="ben"))

    engine.choices.put(Preferences(user="ann", consent=Consent.NONE), now=NOW)

    assert engine.taste_store.get("ann") is None
    assert list(engine.log.users()) == ["ben"]
    assert engine.taste_store.get("ben") is not None


def test_consent_given_again_starts_from_nothing() -> None:
    engine = library()
    engine.listen(act("rock"))
    engine.choices.put(Preferences(user="ann", consent=Consent.NONE), now=NOW)

    engine.choices.put(Preferences(user="ann"), now=NOW)
    page_before = engine.ask()
    engine.listen(act("jazz", days_ago=0))

    assert page_before.cold
    assert ids(engine.ask(limit=1)) == ["near jazz"]


def test_withdrawn_consent_takes_the_pages_that_were_shown_too() -> None:
    engine = library()
    engine.listen(act("rock"))
    engine.ask()
    assert engine.impressions.of_user("ann")

    engine.choices.put(Preferences(user="ann", consent=Consent.NONE), now=NOW)

    assert engine.impressions.of_user("ann") == []


def test_excluding_an_artist_takes_all_of_their_tracks_out_of_the_taste_at_once() -> None:
    engine = library()
    engine.listen(act("rock"), act("jazz", Kind.SAVE))

    engine.choices.put(Preferences(user="ann", exclude_artists=("ARTIST jazz",)), now=NOW)

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert (list(taste.heard), list(taste.artists)) == (["rock"], ["artist rock"])


def test_what_is_hidden_stays_in_the_taste() -> None:
    engine = library()
    engine.listen(act("rock"), act("jazz"))

    engine.choices.put(Preferences(user="ann", hide_tracks=(Hidden("jazz", LATER),), hide_artists=(Hidden("Artist rock", LATER),)), now=NOW)

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert len(taste.spaces["audio"].modes) == 2


def test_hides_that_have_ended_are_not_kept() -> None:
    asked = Preferences(user="ann", hide_tracks=(Hidden("rock", EARLIER), Hidden("jazz", LATER)), hide_artists=(Hidden("X", EARLIER),))

    kept = library().choices.put(asked, now=NOW)

    assert (kept.hide_tracks, kept.hide_artists) == ((Hidden("jazz", LATER),), ())


def test_an_alias_or_duplicate_that_is_named_becomes_its_original() -> None:
    engine = library()
    engine.catalog.link("rock as mp3", "rock")
    twin = engine.add("jazz again", 90)
    engine.catalog.put(replace(twin, duplicate_of="jazz"))
    asked = Preferences(
        user="ann", exclude_tracks=("rock as mp3", "rock"), pick_tracks=("jazz again",), hide_tracks=(Hidden("jazz again", LATER),)
    )

    kept = engine.choices.put(asked, now=NOW)

    assert (kept.exclude_tracks, kept.pick_tracks, kept.hide_tracks) == (("rock",), ("jazz",), (Hidden("jazz", LATER),))
    assert engine.choices.of("ann") == kept


def test_a_reset_outlives_new_preferences() -> None:
    engine = library()
    engine.listen(act("rock"))
    engine.choices.reset("ann", now=NOW)

    engine.choices.put(Preferences(user="ann", allow_explicit=False), now=NOW)
    engine.listen(act("jazz", days_ago=0))

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert (list(taste.heard), taste.plays, engine.log.count()) == (["jazz"], 1, 2)
