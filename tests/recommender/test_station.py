"""Where a radio stands, as a word in a link."""

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.pages.asking import Seeds
from recommender.playing.station import LATEST, REMEMBERED, Station, unplayed

NAMES = st.dictionaries(st.text(min_size=1, max_size=20), st.floats(-1, 1), max_size=3)


@given(tracks=NAMES, artists=NAMES, genres=NAMES, played=st.lists(st.text(min_size=1, max_size=10), max_size=30))
def test_a_token_stands_for_the_whole_station(
    tracks: dict[str, float], artists: dict[str, float], genres: dict[str, float], played: list[str]
) -> None:
    station = Station(seeds=Seeds.of(tracks=tracks, artists=artists, genres=genres)).then(played)

    again = Station.of_token(station.token())

    assert again == station
    assert unplayed(played, again) == []


def test_what_was_not_played_is_not_remembered() -> None:
    station = Station(seeds=Seeds.of(genres=["jazz"])).then(["a", "b"])

    assert unplayed(["c", "a", "d"], station) == ["c", "d"]


def test_a_token_of_a_thousand_tracks_fits_into_a_link_and_the_oldest_are_forgotten() -> None:
    tracks = [f"{number:032x}" for number in range(REMEMBERED + 10)]

    station = Station.of_token(Station(seeds=Seeds.of(tracks=tracks[:5])).then(tracks).token())

    assert len(station.token()) < 8000
    assert unplayed(tracks, station) == tracks[:10]
    assert station.latest == tuple(tracks[-LATEST:])


def test_starting_over_forgets_all_but_the_last_few() -> None:
    tracks = [str(number) for number in range(20)]

    station = Station(seeds=Seeds.of(tracks=["0"])).then(tracks).started_over()

    assert unplayed(tracks, station) == tracks[:-LATEST]
    assert station.rounds == 1


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "ä",
        "AAAA",
        Station(seeds=Seeds.of(tracks=["a"])).token()[:-4],
        base64.urlsafe_b64encode(zlib.compress(b"\x01\x00\x02{}")).decode(),
        base64.urlsafe_b64encode(zlib.compress(b"\x01\x00\x02[]")).decode(),
        base64.urlsafe_b64encode(zlib.compress(bytes(1_000_000))).decode(),
    ],
)
def test_a_word_that_no_radio_gave_is_refused(token: str) -> None:
    with pytest.raises(InvalidInput, match="no radio gave the token") as raised:
        Station.of_token(token)

    assert (raised.value.code, raised.value.field) == ("invalid_cursor", "after")
