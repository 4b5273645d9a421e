"""A page that starts from tracks, artists or genres that somebody names."""

import pytest

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.pages.asking import Seeds
from recommender.pages.explaining import reason_of
from tests.recommender.engine import JAZZ, ROCK, act, ids, rock_and_jazz, sources


def test_a_track_leads_to_its_neighbours_and_is_not_shown_itself() -> None:
    page = rock_and_jazz().ask(seeds=Seeds.of(tracks=("jazz95",)), limit=5)

    assert set(ids(page)) < JAZZ - {"jazz95"}
    assert sources(page) == {"seed_audio"}
    assert not page.cold


def test_the_reason_names_the_seed() -> None:
    page = rock_and_jazz().ask(seeds=Seeds.of(tracks=("jazz95",)), limit=1)

    assert reason_of(page.items[0], page.exemplars) == ("Starts from Title jazz95 by Artist jazz95", ("jazz95",))


def test_an_artist_leads_to_what_sounds_like_them_under_any_spelling() -> None:
    page = rock_and_jazz().ask(seeds=Seeds.of(artists=("ARTIST  Jazz95",)), limit=5)

    assert set(ids(page)) < JAZZ


def test_a_genre_leads_to_that_genre() -> None:
    page = rock_and_jazz().ask(seeds=Seeds.of(genres=("jazz",)), limit=5)

    assert len(page.items) == 5
    assert set(ids(page)) < JAZZ


def test_a_seed_outweighs_the_taste() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock0"))

    assert ids(engine.ask(seeds=Seeds.of(tracks=("jazz95",)), limit=3, adventure=0))[0] in JAZZ


def test_seeds_work_without_consent_to_learn() -> None:
    engine = rock_and_jazz()
    engine.prefer(consent="none")

    assert set(ids(engine.ask(seeds=Seeds.of(tracks=("jazz95",)), limit=3))) < JAZZ


def test_filters_hold_for_what_seeds_lead_to() -> None:
    page = rock_and_jazz().ask(seeds=Seeds.of(tracks=("jazz95",)), limit=5, filters=Filters(genres=("rock",)))

    assert len(page.items) == 5
    assert set(ids(page)) < ROCK


def test_another_encoding_of_a_track_is_as_good_a_seed() -> None:
    engine = rock_and_jazz()
    engine.catalog.link("jazz95 as mp3", "jazz95")

    page = engine.ask(seeds=Seeds.of(tracks=("jazz95 as mp3",)), limit=5)

    assert set(ids(page)) < JAZZ - {"jazz95"}


def test_unknown_seeds_are_named_all_of_them() -> None:
    with pytest.raises(InvalidInput) as raised:
        rock_and_jazz().ask(seeds=Seeds.of(tracks=("jazz95", "nowhere"), artists=("Nobody",), genres=("polka",)))

    assert (raised.value.code, raised.value.field) == ("unknown_seed", "seeds")
    assert raised.value.message == "unknown seeds: nowhere, Nobody, polka"


@pytest.mark.parametrize("picks", [{"pick_tracks": ("jazz95",)}, {"pick_artists": ("artist jazz95",)}, {"pick_genres": ("jazz",)}])
def test_onboarding_picks_stand_in_for_a_taste(picks: dict[str, tuple[str, ...]]) -> None:
    engine = rock_and_jazz()
    engine.prefer(**picks)

    page = engine.ask(limit=5)

    assert set(ids(page)) < JAZZ
    assert not page.cold


def test_picks_are_forgotten_once_there_is_a_taste() -> None:
    engine = rock_and_jazz()
    engine.prefer(pick_genres=("jazz",))
    engine.listen(act("rock5"))

    assert set(ids(engine.ask(limit=3))) < ROCK


def test_picks_that_are_gone_from_the_catalogue_are_passed_over() -> None:
    engine = rock_and_jazz()
    engine.prefer(pick_tracks=("gone",), pick_genres=("polka",))

    assert engine.ask(limit=3).cold


def test_seeds_that_are_unlike_each_lead_to_their_own_neighbours() -> None:
    page = rock_and_jazz().ask(seeds=Seeds.of(tracks=("rock10", "jazz100")), limit=10)

    assert 4 <= len(set(ids(page)) & ROCK) <= 6
    assert 4 <= len(set(ids(page)) & JAZZ) <= 6


def test_a_heavier_seed_brings_more() -> None:
    page = rock_and_jazz().ask(seeds=Seeds(tracks={"rock10": 1.0, "jazz100": 0.1}), limit=10)

    assert len(set(ids(page)) & ROCK) > 7


def test_a_negative_seed_pushes_away_what_is_like_it() -> None:
    engine = rock_and_jazz()
    plain = ids(engine.ask(seeds=Seeds(tracks={"rock15": 1.0}), limit=10))

    pushed = ids(engine.ask("ben", seeds=Seeds(tracks={"rock15": 1.0, "rock0": -1.0}), limit=10))

    below, above = [sum(int(track_id[4:]) < 15 for track_id in page) for page in (plain, pushed)]
    assert above < below
    assert "rock0" not in pushed


def test_a_negative_genre_alone_holds_that_genre_back_on_a_personal_page() -> None:
    engine = rock_and_jazz()
    engine.listen(act("rock5"), act("jazz100"))

    shown = ids(engine.ask(seeds=Seeds(genres={"jazz": -1.0}), limit=10))

    assert len(set(shown) & ROCK) >= 8
