"""What every vector index promises of names: sparse vectors beside the dense ones."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.filters import AnyOf, Where
from recommender.ports.index import Named, Nearest, Point, VectorIndex
from tests.contracts.indexes import IN_MEMORY, KINDS, at, emptied, found, opened

pytestmark = IN_MEMORY

ALL = Where()
LARGEST = 2**32 - 1


@pytest.fixture(scope="module", params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as index:
        yield index


@pytest.fixture
def index(kept: VectorIndex) -> VectorIndex:
    return emptied(kept)


def called(track_id: str, names: dict[int, float], **payload: str | int | float | list[str]) -> Point:
    return Point(track_id, {"audio_a": at(0)}, payload, names)


def test_tracks_are_found_by_the_features_they_share_and_the_score_is_the_dot_product(index: VectorIndex) -> None:
    index.upsert(
        [called("both", {1: 1.0, LARGEST: 0.5}), called("one", {LARGEST: 2.0, 7: 9.0}), called("none", {7: 1.0}), called("bare", {})]
    )

    [hits] = index.nearest([Named({1: 2.0, LARGEST: 1.0}, limit=9)])

    assert [(hit.track_id, hit.score) for hit in hits] == [("both", 2.5), ("one", 2.0)]


def test_names_are_asked_beside_vectors_in_one_call_with_their_own_limits_and_filters(index: VectorIndex) -> None:
    index.upsert([called("a", {1: 1.0}, year=1990, mode=1), called("b", {1: 2.0}, year=2000), called("c", {2: 1.0}, year=2000)])

    answers = index.nearest(
        [
            Named({1: 1.0}, limit=1, with_vectors=("audio_a",)),
            Nearest("audio_a", at(0), limit=9, where=ALL.also(AnyOf("mode", (1,)))),
            Named({1: 1.0, 2: 1.0}, limit=9, where=ALL.also(AnyOf("year", (1990,))), with_payload=False),
            Named({5: 1.0}, limit=9),
            Named({1: 1.0}, limit=0),
        ]
    )

    assert [found(hits) for hits in answers] == [["b"], ["a"], ["a"], [], []]
    assert (answers[0][0].payload["year"], list(answers[0][0].vectors)) == (2000, ["audio_a"])
    assert answers[2][0].payload == {}


def test_names_are_written_alone_and_stay_when_anything_else_is_written(index: VectorIndex) -> None:
    index.upsert([called("a", {1: 1.0}), called("b", {2: 1.0})])

    index.set_names({"a": {3: 1.0}, "nobody": {3: 1.0}})
    index.set_vectors("audio_a", {"b": at(90)})
    index.set_payload({"b": {"year": 1990}})
    index.clear_slot("audio_a")

    answers = index.nearest([Named({feature: 1.0}, limit=9) for feature in (1, 2, 3)])
    assert [found(hits) for hits in answers] == [[], ["b"], ["a"]]


def test_names_go_with_their_point_and_with_a_point_that_is_written_without(index: VectorIndex) -> None:
    index.upsert([called("a", {1: 1.0}), called("b", {1: 1.0}), called("c", {1: 1.0})])

    index.delete(["a"])
    index.upsert([called("b", {})])

    assert found(index.nearest([Named({1: 1.0}, limit=9)])[0]) == ["c"]


def test_names_are_never_read_back(index: VectorIndex) -> None:
    index.upsert([called("a", {1: 1.0})])

    [point] = index.fetch(["a"], slots=["audio_a"]).values()
    [scrolled] = index.scroll(where=ALL, limit=9, slots=["audio_a"]).points

    assert (point.names, scrolled.names) == ({}, {})
    assert list(point.vectors) == list(scrolled.vectors) == ["audio_a"]


features = st.dictionaries(st.integers(0, 9), st.sampled_from([0.25, 0.5, 1.0, 2.0]), max_size=5)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from([f"track {number}" for number in range(8)]), features),
    features.filter(bool),
    st.sampled_from([(0, 1), (1,)]),
)
def test_every_index_scores_names_by_the_dot_product(
    kept: VectorIndex, held: dict[str, dict[int, float]], asked: dict[int, float], modes: tuple[int, ...]
) -> None:
    emptied(kept).upsert([called(track_id, names, mode=int(track_id[-1]) % 2) for track_id, names in held.items()])
    where = ALL.also(AnyOf("mode", modes))

    [hits] = kept.nearest([Named(asked, limit=99, where=where)])

    passing = {track_id: names for track_id, names in held.items() if int(track_id[-1]) % 2 in modes}
    expected = {track_id: sum(asked[one] * names[one] for one in asked.keys() & names.keys()) for track_id, names in passing.items()}
    assert {hit.track_id: hit.score for hit in hits} == pytest.approx({track_id: score for track_id, score in expected.items() if score})
