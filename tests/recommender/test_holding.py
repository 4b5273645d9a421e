"""Conditions mean the same in memory as in an index."""

from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.filters import AnyOf, Between, Condition, OneOfTracks, Where
from recommender.pages.holding import passing
from recommender.payload import Payload
from recommender.ports.index import Point
from tests.fakes.index import FakeIndex

CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(AnyOf, st.sampled_from(["genres", "explicit"]), st.lists(st.sampled_from(["rock", "jazz", 0, 1]), max_size=2).map(tuple)),
    st.builds(Between, st.sampled_from(["year", "tempo"]), st.none() | st.integers(0, 5), st.none() | st.integers(0, 5)),
    st.builds(OneOfTracks, st.lists(st.sampled_from(["t0", "t1", "t2"]), max_size=2).map(tuple)),
)
PAYLOADS: st.SearchStrategy[Payload] = st.fixed_dictionaries(
    {},
    optional={
        "genres": st.lists(st.sampled_from(["rock", "jazz"]), max_size=2),
        "explicit": st.integers(0, 1),
        "year": st.integers(0, 5),
        "tempo": st.floats(0, 5),
    },
)


@settings(deadline=None, max_examples=200)
@given(st.lists(CONDITIONS, max_size=2), st.lists(CONDITIONS, max_size=2), st.lists(PAYLOADS, min_size=3, max_size=3))
def test_what_passes_in_memory_passes_in_an_index(must: list[Condition], must_not: list[Condition], payloads: list[Payload]) -> None:
    where = Where(tuple(must), tuple(must_not))
    index = FakeIndex()
    index.upsert([Point(f"t{number}", {}, {"track_id": f"t{number}", **payload}) for number, payload in enumerate(payloads)])

    passed = passing(where, {f"t{number}": payload for number, payload in enumerate(payloads)})

    assert passed == {point.track_id for point in index.scroll(where=where, limit=10).points}
