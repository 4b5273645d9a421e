"""A smooth way between two tracks: sounds are angles, so a way from 0 to 90 degrees in ten steps has steps of nine."""

import itertools

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.playing.path import Path, Stop
from recommender.playing.stepping import evenest
from recommender.tracks import Metadata, Track
from tests.recommender.engine import ADDED, Engine, at_angle


def walked(engine: Engine, start: str, end: str, *, filters: Filters | None = None, limit: int = 10) -> list[Stop]:
    """Return the way between two tracks of an engine."""
    return Path(engine.index, engine.catalog, engine.serving).between(start, end, filters=filters or Filters(), limit=limit)


def ids(stops: list[Stop]) -> list[str]:
    """Return the tracks of a way."""
    return [stop.track.track_id for stop in stops]


def arc(*degrees: float, **said: object) -> Engine:
    """Return an engine with a track at each of these angles."""
    engine = Engine()
    for angle in degrees:
        engine.add(f"at {angle:g}", angle, **said)
    return engine


def test_on_a_full_circle_the_steps_are_even_and_lead_from_the_first_to_the_last() -> None:
    stops = walked(arc(*range(91)), "at 0", "at 90", limit=11)

    assert ids(stops) == [f"at {degrees}" for degrees in range(0, 91, 9)]
    assert [stop.step for stop in stops[1:]] == pytest.approx([9.0] * 10, abs=0.01)
    assert [stop.along for stop in stops] == pytest.approx([step / 10 for step in range(11)], abs=1e-3)


def test_where_tracks_are_clustered_its_largest_step_is_smaller_than_that_of_the_nearest_to_even_points() -> None:
    clustered = (0, 1, 2, 14, 15, 16, 17, 30, 44, 46, 58, 59, 60, 61, 72, 73, 88, 89, 90)
    even = [90 * step / 9 for step in range(10)]

    stops = walked(arc(*clustered), "at 0", "at 90")

    naive = [min(clustered, key=lambda degrees, point=point: abs(degrees - point)) for point in even]
    assert max(stop.step for stop in stops) < max(np.diff(naive))
    assert len(stops) == 10


def test_no_track_comes_twice_and_a_thin_library_gives_a_shorter_way() -> None:
    stops = walked(arc(0, 20, 40, 60), "at 0", "at 60", limit=10)

    assert ids(stops) == ["at 0", "at 20", "at 40", "at 60"]


def test_a_way_of_two_is_its_ends() -> None:
    assert ids(walked(arc(0, 30, 60), "at 60", "at 0", limit=2)) == ["at 60", "at 0"]


def test_no_artist_comes_twice_in_a_row_where_others_are_as_near() -> None:
    engine = arc(*range(0, 91, 10), artists=("Crowd",))
    for angle in range(5, 90, 10):
        engine.add(f"other {angle}", angle)

    stops = walked(engine, "at 0", "at 90", limit=8)

    artists = [stop.track.metadata.artists[0] for stop in stops]
    assert all(first != then for first, then in itertools.pairwise(artists))


def test_filters_hold_between_the_ends() -> None:
    engine = arc(0, 15, 30, 45, 60, 75, 90, genres=("Rock",))
    for angle in (20, 40, 70):
        engine.add(f"jazz {angle}", angle, genres=("Jazz",))

    assert ids(walked(engine, "at 0", "at 90", filters=Filters(genres=("jazz",)))) == ["at 0", "jazz 20", "jazz 40", "jazz 70", "at 90"]


@pytest.mark.parametrize("end", [0.0, 180.0])
def test_a_way_leads_between_sounds_that_are_alike_and_that_are_opposite(end: float) -> None:
    engine = arc(*range(1, 180, 10))
    engine.add("start", 0)
    engine.add("end", end)

    stops = walked(engine, "start", "end", limit=5)

    assert (ids(stops)[0], ids(stops)[-1]) == ("start", "end")
    assert len(set(ids(stops))) == len(stops) == 5


def test_another_encoding_of_a_track_stands_for_it() -> None:
    engine = arc(0, 30, 60)
    engine.catalog.link("at 0 as mp3", "at 0")

    assert ids(walked(engine, "at 0 as mp3", "at 60")) == ["at 0", "at 30", "at 60"]


@pytest.mark.parametrize(
    ("start", "end", "code", "field", "message"),
    [
        ("nowhere", "at 0", "unknown_track", "from", "unknown tracks: nowhere"),
        ("nowhere", "either", "unknown_track", "from", "unknown tracks: nowhere, either"),
        ("at 0", "nowhere", "unknown_track", "to", "unknown tracks: nowhere"),
        ("at 0", "at 0", "same_track", "to", "a way needs two tracks, at 0 and at 0 are one"),
        ("at 0", "read", "no_vector", "to", "track read has no vector in audio: it was never heard"),
        ("queued", "at 0", "no_vector", "from", "track queued is queued, so it has no vector in audio yet"),
    ],
)
def test_what_cannot_be_walked_between_is_named(start: str, end: str, code: str, field: str, message: str) -> None:
    engine = arc(0, 60)
    engine.add("read", read=True)
    engine.catalog.put(Track(track_id="queued", metadata=Metadata(title="Queued"), added_at=ADDED))

    with pytest.raises(InvalidInput) as raised:
        walked(engine, start, end)

    assert (raised.value.code, raised.value.field, raised.value.message) == (code, field, message)


def test_of_ways_with_the_same_largest_step_the_most_even_is_taken() -> None:
    rows = np.stack([at_angle(degrees) for degrees in (0, 40, 45, 50, 58, 70, 90, 160)])

    # the last step is 70 degrees whatever is done, and the others are still even
    assert evenest(rows, [None] * len(rows), hops=3) == [0, 2, 6, 7]
