"""A taste is what the set of a user's acts says, whatever order, repetition or batches they came in."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.spaces import Space
from recommender.interactions import Interaction, Kind
from recommender.serving import Serving
from recommender.tastes.evidence import Evidence, evidence_of
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste
from recommender.tastes.tasting import taste_of
from recommender.tastes.weighing import Shelves
from tests.recommender.engine import EAR, NOW, Engine, act, angle_of

ANGLES = {"r0": 0, "r10": 10, "r20": 20, "j90": 90, "j100": 100, "n180": 180}
HISTORY = (
    act("r0", days_ago=1),
    act("r10", days_ago=2, share=0.5),
    act("r10", Kind.LIKE, days_ago=2),
    act("j90", days_ago=3),
    act("j90", days_ago=4),
    act("j100", Kind.SAVE, days_ago=5),
    act("n180", Kind.SKIP, days_ago=6, heard_ms=2_000),
    act("n180", Kind.BAN, days_ago=7),
)


def tasted(*acts: Interaction, preferences: Preferences | None = None) -> Taste:
    engine = Engine()
    for track_id, degrees in ANGLES.items():
        engine.add(track_id, degrees, artists=(track_id[0],), genres=("Jazz",) if track_id[0] == "j" else ("Rock", "Pop"))
    serving = Serving(audio_version=EAR)
    points = engine.index.fetch(list(ANGLES), slots=("audio_a",))
    evidence = evidence_of(acts, preferences, now=NOW)
    return taste_of("ann", evidence, Shelves(points), serving=serving, folding=None, now=NOW)


def readable(taste: Taste) -> dict[str, object]:
    return {
        "modes": [
            (mode.weight, mode.exemplars, mode.since, mode.vector.tobytes()) for held in taste.spaces.values() for mode in held.modes
        ],
        "distastes": [(mode.weight, mode.vector.tobytes()) for held in taste.spaces.values() for mode in held.distastes],
        "session": [(mode.weight, mode.vector.tobytes(), mode.since) for held in taste.session.values() for mode in held.modes],
        "heard": dict(taste.heard),
        "banned": dict(taste.banned),
        "names": (dict(taste.artists), dict(taste.genres)),
        "plays": taste.plays,
    }


def evidence(*acts: Interaction, **asked: tuple[str, ...]) -> Evidence:
    return evidence_of(acts, Preferences(user="ann", **asked), now=NOW)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(HISTORY), max_size=6), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(repeats: list[Interaction], rng: Random) -> None:
    told = [*HISTORY, *repeats]
    rng.shuffle(told)

    taste = tasted(*told)

    assert readable(taste) == readable(tasted(*HISTORY))


def test_two_clear_groups_of_sound_are_two_modes() -> None:
    taste = tasted(act("r0"), act("r20"), act("j90", Kind.SAVE), act("j100", Kind.SAVE))

    jazz, rock = taste.spaces["audio"].modes
    assert angle_of(jazz.vector) == pytest.approx(95, abs=0.1)
    assert angle_of(rock.vector) == pytest.approx(10, abs=0.1)
    assert jazz.weight + rock.weight == pytest.approx(1)


def test_what_was_skipped_and_banned_is_a_distaste_and_no_mode() -> None:
    taste = tasted(act("r0"), act("n180", Kind.BAN))

    audio = taste.spaces["audio"]
    (distaste,) = audio.distastes
    assert (angle_of(distaste.vector), distaste.exemplars) == (pytest.approx(180, abs=0.1), ("n180",))
    assert distaste.since == NOW - timedelta(days=10)
    assert [mode.exemplars for mode in audio.modes] == [("r0",)]


def test_only_disliked_tracks_are_a_distaste_without_modes() -> None:
    taste = tasted(act("n180", Kind.SKIP))

    assert taste.spaces["audio"].modes == ()
    assert len(taste.spaces["audio"].distastes) == 1


def test_nothing_but_likes_has_no_distaste() -> None:
    assert tasted(act("r0", Kind.LIKE)).spaces["audio"].distastes == ()


def test_dislikes_in_different_directions_stay_apart_the_strongest_first() -> None:
    taste = tasted(act("j90", Kind.SKIP), act("n180", Kind.BAN))

    noise, jazz = taste.spaces["audio"].distastes
    assert [angle_of(noise.vector), angle_of(jazz.vector)] == pytest.approx([180, 90], abs=0.1)
    assert 0 < jazz.weight < noise.weight < 1


def test_a_dislike_amid_what_is_liked_is_about_the_track_and_no_distaste() -> None:
    taste = tasted(act("r0", Kind.SAVE), act("r20", Kind.SAVE), act("r10", Kind.SKIP))

    assert taste.spaces["audio"].distastes == ()
    assert "r10" not in taste.spaces["audio"].modes[0].exemplars


def test_a_ban_is_a_stronger_distaste_than_a_skip() -> None:
    (banned,), (skipped,) = (tasted(act("n180", kind, days_ago=0)).spaces["audio"].distastes for kind in (Kind.BAN, Kind.SKIP))

    assert (banned.weight, skipped.weight) == pytest.approx((4 / 6, 0.6 / 2.6))


def test_a_mode_says_since_when() -> None:
    taste = tasted(act("r0", days_ago=30), act("r0", days_ago=1), act("r10", days_ago=5), act("j90", days_ago=3))

    assert {mode.exemplars[0]: mode.since for mode in taste.spaces["audio"].modes} == {
        "r0": NOW - timedelta(days=30),
        "j90": NOW - timedelta(days=3),
    }


def test_the_session_is_what_was_done_within_the_last_hours() -> None:
    taste = tasted(
        act("j90", Kind.SAVE, days_ago=5), act("r0", days_ago=2 / 24), act("r20", days_ago=1 / 24), act("n180", Kind.SKIP, days_ago=1 / 24)
    )

    audio = taste.session["audio"]
    assert taste.session_at == NOW - timedelta(hours=1)
    assert [mode.exemplars for mode in audio.modes] == [("r20", "r0")]
    assert angle_of(audio.modes[0].vector) > 10
    assert [mode.exemplars for mode in audio.distastes] == [("n180",)]


def test_after_some_hours_there_is_no_session() -> None:
    taste = tasted(act("r0", days_ago=4 / 24))

    assert (taste.session, taste.session_at) == ({}, None)


def test_a_session_is_one_mode_however_far_apart_its_tracks_lie() -> None:
    taste = tasted(act("r0", days_ago=0), act("j90", days_ago=0), act("j100", days_ago=0))

    assert len(taste.session["audio"].modes) == 1
    assert len(taste.spaces["audio"].modes) == 2


def test_a_taste_carries_the_version_it_was_made_in_and_no_space_that_is_not_served() -> None:
    taste = tasted(*HISTORY)

    assert {space: held.version for space, held in taste.spaces.items()} == {Space.AUDIO: EAR}


def test_an_excluded_track_counts_as_never_played() -> None:
    without = tasted(*(one for one in HISTORY if one.track_id != "n180"))

    excluding = tasted(*HISTORY, preferences=Preferences(user="ann", exclude_tracks=("n180",)))

    assert readable(excluding) == readable(without)


def test_an_excluded_context_counts_as_never_played() -> None:
    sleeping = [act("j90", days_ago=20, context="sleep"), act("j100", Kind.LIKE, days_ago=21, context="sleep")]
    awake = [act("r0", context="work"), act("r10")]

    excluding = tasted(*sleeping, *awake, preferences=Preferences(user="ann", exclude_contexts=("sleep",)))

    assert readable(excluding) == readable(tasted(*awake))


def test_private_plays_never_touch_a_taste() -> None:
    private = [replace(one, interaction_id=f"private {one.interaction_id}", private=True) for one in HISTORY]

    taste = tasted(act("r0"), *private)

    assert readable(taste) == readable(tasted(act("r0")))


def test_a_banned_track_is_noted_even_where_it_was_liked() -> None:
    assert evidence(act("r0", Kind.LIKE), act("r0", Kind.BAN), act("j90")).banned == {"r0": None}


def test_a_ban_that_was_lifted_counts_for_nothing() -> None:
    ban, lifted = act("n180", Kind.BAN, days_ago=5), act("n180", Kind.UNBAN, days_ago=4)

    taste = tasted(act("r0"), ban, lifted)

    assert readable(taste) == readable(tasted(act("r0")))


def test_a_ban_after_it_was_lifted_holds_again() -> None:
    again = [act("n180", Kind.BAN, days_ago=5), act("n180", Kind.UNBAN, days_ago=4), act("n180", Kind.BAN, days_ago=3)]

    assert evidence(*again).banned == {"n180": None}


def test_a_ban_holds_until_its_end_and_counts_for_nothing_afterwards() -> None:
    standing = act("n180", Kind.BAN, until=NOW + timedelta(days=1))
    ended = act("j90", Kind.BAN, until=NOW - timedelta(days=1))

    told = evidence(standing, ended)

    assert told.banned == {"n180": NOW + timedelta(days=1)}
    assert told.weights.keys() == {"n180"}


def test_before_a_reset_nothing_counts_but_bans_still_hold() -> None:
    before = [act("j90", Kind.SAVE, days_ago=20), act("n180", Kind.BAN, days_ago=20)]
    reset = Preferences(user="ann", reset_at=NOW - timedelta(days=15))

    taste = tasted(*before, act("r0", days_ago=10), preferences=reset)

    assert dict(taste.banned) == {"n180": None}
    assert (taste.plays, list(taste.heard)) == (1, ["r0"])
    assert (len(taste.spaces["audio"].modes), taste.spaces["audio"].distastes) == (1, ())


def test_a_track_is_known_since_it_was_last_played_skipped_liked_or_saved() -> None:
    told = evidence(act("r0", days_ago=9), act("r0", Kind.SKIP, days_ago=4), act("j90", Kind.LIKE), act("j100", Kind.UNLIKE))

    assert told.heard == {"r0": NOW - timedelta(days=4), "j90": NOW - timedelta(days=10)}


def test_the_latest_two_hundred_tracks_are_remembered_as_heard() -> None:
    acts = [act(f"t{number:03}", days_ago=number / 24) for number in range(260)]

    heard = evidence(*acts).heard

    assert set(heard) == {f"t{number:03}" for number in range(200)}


def test_a_taste_is_made_from_the_latest_five_hundred_acts() -> None:
    acts = [act(f"t{number:03}", days_ago=number / 24) for number in range(600)]

    told = evidence(*acts)

    assert told.acts == 500
    assert "t599" not in told.weights


def test_of_many_tracks_the_heaviest_make_the_taste() -> None:
    played = [act(f"t{number:03}", days_ago=1, share=0.4) for number in range(300)]

    told = evidence(*played, act("loved", Kind.SAVE, days_ago=300))

    assert len(told.weights) == 250
    assert "loved" not in told.weights
    assert "t000" in told.weights


def test_artists_and_genres_have_their_share_of_what_was_liked() -> None:
    taste = tasted(act("r0", Kind.LIKE), act("j90", Kind.LIKE), act("n180", Kind.BAN))

    assert taste.artists == pytest.approx({"r": 0.5, "j": 0.5})
    assert list(taste.genres) == ["jazz", "pop", "rock"]
    assert taste.genres == pytest.approx({"jazz": 0.5, "rock": 0.25, "pop": 0.25})


def test_tracks_that_are_gone_are_passed_over() -> None:
    taste = tasted(act("r0"), act("gone"))

    assert [mode.exemplars for mode in taste.spaces["audio"].modes] == [("r0",)]
    assert np.isfinite(taste.spaces["audio"].modes[0].vector).all()


def test_no_acts_are_an_empty_taste() -> None:
    taste = tasted()

    assert (taste.spaces, taste.heard, taste.banned, taste.artists, taste.genres, taste.plays) == ({}, {}, {}, {}, {}, 0)
