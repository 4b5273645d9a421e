"""A taste that a person can read."""

from datetime import timedelta

from recommender.interactions import Kind
from recommender.tastes.preferences import Preferences
from tests.recommender.engine import NOW, Engine, act


def test_a_profile_tells_each_mode_by_its_tracks_and_genres() -> None:
    engine = Engine()
    engine.add("r1", 0, genres=("rock", "indie"))
    engine.add("r2", 5, genres=("rock",))
    engine.add("j1", 90, genres=("jazz",))
    engine.add("n1", 180, genres=("noise",))
    engine.listen(act("r1", Kind.SAVE), act("r2", Kind.SAVE), act("j1"), act("n1", Kind.BAN))

    profile = engine.profiles.of("ann", now=NOW)

    rock, jazz = profile.modes
    assert ({track.track_id for track in rock.exemplars}, rock.genres, rock.space) == ({"r1", "r2"}, ("rock", "indie"), "audio")
    assert ([track.track_id for track in jazz.exemplars], jazz.genres) == (["j1"], ("jazz",))
    assert rock.weight > jazz.weight
    assert (profile.plays, profile.updated_at, profile.banned) == (4, NOW, {"n1": None})
    assert next(iter(profile.genres)) == "rock"
    assert "noise" not in profile.genres


def test_exemplars_that_are_gone_are_left_out() -> None:
    engine = Engine()
    engine.add("r1", 0)
    engine.add("j1", 90)
    engine.listen(act("r1"), act("j1"))
    engine.catalogue.remove("j1")

    modes = engine.profiles.of("ann", now=NOW).modes

    assert [[track.track_id for track in mode.exemplars] for mode in modes] == [["r1"]]


def test_of_somebody_unknown_the_profile_is_empty() -> None:
    profile = Engine().profiles.of("nobody", now=NOW)

    assert (profile.plays, profile.updated_at, profile.modes) == (0, None, ())
    assert profile.preferences == Preferences(user="nobody")


def test_preferences_show_before_there_is_a_taste() -> None:
    engine = Engine()
    engine.prefer(pick_genres=("jazz",))

    assert engine.profiles.of("ann", now=NOW).preferences.pick_genres == ("jazz",)


def test_dislikes_and_the_session_are_told_too() -> None:
    engine = Engine()
    engine.add("r1", 0, genres=("rock",), attributes={"tempo": 150.0, "energy": 0.9})
    engine.add("n1", 180, genres=("noise",))
    engine.listen(
        act("r1", days_ago=40), act("r1", Kind.LIKE, days_ago=1 / 48), act("n1", Kind.BAN, days_ago=3, until=NOW + timedelta(days=4))
    )

    profile = engine.profiles.of("ann", now=NOW)
    later = engine.profiles.of("ann", now=NOW + timedelta(days=5))

    (rock,), (noise,), (session,) = profile.modes, profile.dislikes, profile.session
    assert (rock.attributes, rock.since) == (("fast", "energetic"), NOW - timedelta(days=40))
    assert rock.text == "100 % of what you like sounds like Title r1 by Artist r1 (fast, energetic; rock), since 2026-04-22."
    assert noise.text == "You strongly turn away from what sounds like Title n1 by Artist n1 (noise), since 2026-05-29."
    assert session.text == "What you like right now sounds like Title r1 by Artist r1 (fast, energetic; rock)."
    assert profile.session_at == NOW - timedelta(minutes=30)
    assert profile.banned == {"n1": NOW + timedelta(days=4)}
    assert (later.session, later.session_at, later.banned) == ((), None, {})


def test_artists_are_told_as_their_tracks_write_them() -> None:
    engine = Engine()
    engine.add("r1", 0, artists=("Ána Óscar",))
    engine.listen(act("r1", Kind.LIKE))

    artists = engine.profiles.of("ann", now=NOW).artists

    assert list(artists) == ["Ána Óscar"]
