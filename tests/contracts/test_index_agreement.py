"""Every index gives the same answers to whatever is asked."""

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.filters import AnyOf, Between, Condition, OneOfTracks, Where
from recommender.payload import PayloadValue
from recommender.ports.index import Nearest, Point, VectorIndex
from tests.contracts.indexes import IN_MEMORY, KINDS, at, opened

pytestmark = IN_MEMORY

TRACKS = [f"track {number}" for number in range(12)]
GENRES = ["rock", "jazz", "dub"]


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[VectorIndex]]:
    with ExitStack() as stack:
        yield [stack.enter_context(opened(kind, tmp_path_factory.mktemp(kind))) for kind in KINDS]


FIELDS: dict[str, st.SearchStrategy[PayloadValue]] = {
    "year": st.integers(1990, 1995),
    "tempo": st.sampled_from([60.0, 90.5, 120.0]),
    "genres": st.lists(st.sampled_from(GENRES)),
    "explicit": st.integers(0, 1),
}


@st.composite
def points(draw: st.DrawFn) -> list[Point]:
    """Draw up to twelve tracks, each with some of the slots and some of the fields."""
    return [
        Point(
            track_id,
            {slot: at(draw(st.integers(0, 359))) for slot in ("audio_a", "collab_a") if draw(st.booleans())},
            draw(st.fixed_dictionaries({}, optional=FIELDS)),
        )
        for track_id in draw(st.lists(st.sampled_from(TRACKS), unique=True))
    ]


bounds = st.none() | st.floats(1988, 1997) | st.floats(50, 130)
conditions = st.one_of(
    st.builds(AnyOf, st.just("genres"), st.lists(st.sampled_from(GENRES)).map(tuple)),
    st.builds(AnyOf, st.sampled_from(["year", "explicit"]), st.lists(st.integers(0, 1) | st.integers(1990, 1995)).map(tuple)),
    st.builds(Between, st.sampled_from(["year", "tempo", "genres", "mood"]), bounds, bounds),
    st.builds(OneOfTracks, st.lists(st.sampled_from(TRACKS)).map(tuple)),
)


def some(condition: st.SearchStrategy[Condition]) -> st.SearchStrategy[tuple[Condition, ...]]:
    return st.lists(condition, max_size=2).map(tuple)


@settings(max_examples=60, deadline=None)
@given(points(), st.builds(Where, some(conditions), some(conditions)), st.sampled_from(["audio_a", "collab_a"]), st.integers(0, 359))
def test_every_index_finds_the_same_tracks_with_the_same_scores(
    indexes: list[VectorIndex], held: list[Point], where: Where, slot: str, direction: int
) -> None:
    for index in indexes:
        index.delete(TRACKS)
        index.upsert(held)
    query = Nearest(slot, at(direction), limit=99, where=where)

    found = [{hit.track_id: hit.score for hit in index.nearest([query])[0]} for index in indexes]
    counts = [index.count(where) for index in indexes]
    pages = [[point.track_id for point in index.scroll(where=where, limit=99).points] for index in indexes]
    years = [sorted((hit.score, hit.track_id) for hit in index.top("year", where=where, limit=99)) for index in indexes]

    for scores in found[1:]:
        assert scores.keys() == found[0].keys()
        np.testing.assert_allclose([scores[name] for name in found[0]], list(found[0].values()), atol=1e-5)
    assert counts == [counts[0]] * len(indexes)
    assert pages == [pages[0]] * len(indexes)
    assert years == [years[0]] * len(indexes)
