"""An endless radio over sounds that are angles."""

from dataclasses import replace
from itertools import pairwise

import pytest

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.interactions import Kind
from recommender.pages.asking import Seeds
from recommender.playing.flow import Arc, cost_of, sound_of
from recommender.playing.radio import Radio, RadioPage, Tuning
from recommender.tastes.preferences import Consent
from tests.recommender.engine import JAZZ, NOW, ROCK, Engine, act, rock_and_jazz

JAZZ_RADIO = Tuning(recommendation_id="page", seeds=Seeds.of(tracks=["jazz95"]), limit=5)


def page(engine: Engine, tuning: Tuning) -> RadioPage:
    """Return the next page of a radio."""
    return Radio(engine.recommend).page(tuning, now=NOW)


def pages(engine: Engine, tuning: Tuning, count: int) -> list[RadioPage]:
    """Return several pages, each going on from the one before."""
    found = [page(engine, tuning)]
    while len(found) < count:
        before = found[-1].station
        assert before is not None
        found.append(page(engine, replace(tuning, seeds=Seeds(), after=before.token())))
    return found


def ids(found: RadioPage) -> list[str]:
    """Return the tracks of a page in order."""
    return [item.track.track_id for item in found.page.items]


def test_a_radio_plays_what_is_near_its_seed_and_not_the_seed_itself() -> None:
    found = page(rock_and_jazz(), JAZZ_RADIO)

    assert len(ids(found)) == 5
    assert set(ids(found)) < {f"jazz{degrees}" for degrees in range(91, 100)} - {"jazz95"}
    assert {item.candidate.source for item in found.page.items} == {"seed_audio"}


def test_it_goes_on_without_repeats_until_everything_was_played_and_then_starts_over_and_says_so() -> None:
    engine = rock_and_jazz()

    found = pages(engine, JAZZ_RADIO, 13)

    first_round = [track_id for one in found[:12] for track_id in ids(one)]
    assert len(first_round) == len(set(first_round)) == 59
    assert set(first_round) == (ROCK | JAZZ) - {"jazz95"}
    assert [one.started_over for one in found] == [False] * 12 + [True]
    assert set(ids(found[12])) < JAZZ


def test_it_stays_with_its_seeds_as_long_as_they_lead_anywhere() -> None:
    found = pages(rock_and_jazz(), JAZZ_RADIO, 5)

    assert {track_id for one in found for track_id in ids(one)} < JAZZ


def test_it_never_ends_while_tracks_are_left_that_no_seed_leads_to() -> None:
    engine = rock_and_jazz()
    for number in range(3):
        engine.add(f"read {number}", read=True)

    found = pages(engine, replace(JAZZ_RADIO, limit=31), 2)

    assert {track_id for one in found for track_id in ids(one)} >= {"read 0", "read 1", "read 2"}


def test_filters_hold_on_every_page() -> None:
    found = pages(rock_and_jazz(), replace(JAZZ_RADIO, filters=Filters(genres=("rock",)), limit=7), 6)

    played = [track_id for one in found[:5] for track_id in ids(one)]
    assert set(played) == ROCK
    assert len(played) == 30
    assert found[5].started_over


def test_a_skip_and_a_like_change_what_follows() -> None:
    engine = rock_and_jazz()
    tuning = replace(JAZZ_RADIO, seeds=Seeds.of(tracks=["jazz95", "rock15"]), user="ann", limit=4)
    before = page(engine, tuning)
    assert before.station is not None

    engine.listen(
        *(act(track_id, Kind.SKIP if track_id in JAZZ else Kind.LIKE, days_ago=0.001, heard_ms=3000) for track_id in ids(before)),
        *(act(f"rock{degrees}", Kind.LIKE, days_ago=0.001) for degrees in (13, 17)),
    )
    after = page(engine, replace(tuning, after=before.station.token()))

    untouched = page(rock_and_jazz(), replace(tuning, after=before.station.token()))
    assert len(ROCK & set(ids(after))) > len(ROCK & set(ids(untouched)))


def test_taste_colours_a_radio_without_leaving_its_seeds() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"), act("rock1"))

    assert set(ids(page(engine, replace(JAZZ_RADIO, user="ann")))) < JAZZ


def test_what_a_user_banned_is_never_played() -> None:
    engine = rock_and_jazz()
    engine.listen(act("jazz96", Kind.BAN))

    found = pages(engine, replace(JAZZ_RADIO, user="ann", limit=29), 1)

    assert "jazz96" not in ids(found[0])


def test_a_page_is_kept_for_a_user_and_not_for_nobody_or_without_consent() -> None:
    engine = rock_and_jazz()

    page(engine, JAZZ_RADIO)
    shown = page(engine, replace(JAZZ_RADIO, user="ann", recommendation_id="hers"))
    engine.prefer("ben", consent=Consent.NONE)
    page(engine, replace(JAZZ_RADIO, user="ben", recommendation_id="his"))

    kept = [impression for user in ("ann", "ben") for impression in engine.impressions.of_user(user)]
    assert [(one.recommendation_id, list(one.track_ids)) for one in kept] == [("hers", ids(shown))]


def test_a_page_flows_from_the_track_before_and_no_artist_plays_twice_in_a_row() -> None:
    engine = Engine()
    engine.add("seed", 0)
    for number in range(24):
        engine.add(
            f"t{number}", number + 1, artists=(f"Artist {number % 3}",), attributes={"tempo": 60.0 + 7 * (number * 5 % 24), "energy": 0.5}
        )

    found = pages(engine, Tuning(recommendation_id="page", seeds=Seeds.of(tracks=["seed"]), limit=6, arc=Arc.SMOOTH), 4)

    sounds = [sound_of(engine.index.fetch([track_id])[track_id].payload) for one in found for track_id in ids(one)]
    assert all(first.artist != then.artist for first, then in pairwise(sounds))
    assert cost_of(sounds) < cost_of(sorted(sounds, key=lambda sound: (sound.artist, sound.tempo)))


def test_a_deleted_track_does_not_stop_it() -> None:
    engine = rock_and_jazz()
    first = page(engine, JAZZ_RADIO)
    assert first.station is not None
    for track_id in first.station.latest:
        engine.catalogue.remove(track_id)

    assert len(ids(page(engine, replace(JAZZ_RADIO, after=first.station.token())))) == 5


def test_a_library_of_two_tracks_plays_one_again_and_again() -> None:
    engine = Engine()
    engine.add("a", 0)
    engine.add("b", 10)

    found = pages(engine, Tuning(recommendation_id="page", seeds=Seeds.of(tracks=["a"])), 3)

    assert [ids(one) for one in found] == [["b"]] * 3
    assert [one.started_over for one in found] == [False, True, True]


def test_filters_that_leave_nothing_give_an_empty_page_that_says_why_and_does_not_go_on() -> None:
    found = page(rock_and_jazz(), replace(JAZZ_RADIO, filters=Filters(genres=("polka",))))

    assert (ids(found), found.station) == ([], None)
    assert found.page.why


@pytest.mark.parametrize(
    ("tuning", "code"),
    [
        (replace(JAZZ_RADIO, seeds=Seeds()), "missing_seed"),
        (replace(JAZZ_RADIO, seeds=Seeds(tracks={"jazz95": -1.0})), "missing_seed"),
        (replace(JAZZ_RADIO, seeds=Seeds.of(tracks=["nowhere"])), "unknown_seed"),
        (replace(JAZZ_RADIO, after="nonsense"), "invalid_cursor"),
    ],
)
def test_what_no_radio_can_start_from_is_refused(tuning: Tuning, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        page(rock_and_jazz(), tuning)

    assert raised.value.code == code


def test_a_token_of_another_radio_is_refused() -> None:
    engine = rock_and_jazz()
    station = page(engine, JAZZ_RADIO).station
    assert station is not None

    with pytest.raises(InvalidInput) as raised:
        page(engine, replace(JAZZ_RADIO, seeds=Seeds.of(tracks=["rock1"]), after=station.token()))

    assert raised.value.code == "other_seeds"
