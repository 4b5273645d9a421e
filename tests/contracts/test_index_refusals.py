"""What every vector index refuses, and that nothing of a refused call is applied."""

from collections.abc import Iterator

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.filters import AnyOf, Where
from recommender.ports.index import Named, Nearest, Point, VectorIndex
from tests.contracts.indexes import IN_MEMORY, KINDS, at, emptied, fill_shelf, found, heard, opened

pytestmark = IN_MEMORY

ALL = Where()


@pytest.fixture(scope="module", params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    with opened(request.param, tmp_path_factory.mktemp(request.param)) as index:
        yield index


@pytest.fixture
def index(kept: VectorIndex) -> VectorIndex:
    return emptied(kept)


@pytest.fixture
def shelf(index: VectorIndex) -> VectorIndex:
    return fill_shelf(index)


def test_a_boolean_is_refused_in_a_filter_and_in_a_payload_because_it_would_match_nothing(shelf: VectorIndex) -> None:
    with pytest.raises(InvalidInput, match="explicit"):
        shelf.count(ALL.also(AnyOf("explicit", (True,))))
    with pytest.raises(InvalidInput, match=r"north.*explicit"):
        shelf.set_payload({"north": {"explicit": True}})


@pytest.mark.parametrize(
    ("slot", "vector"),
    [
        ("mood", at(0)),
        ("audio_a", np.ones(3, np.float32)),
        ("audio_a", np.array([np.nan, 1], np.float32)),
        ("collab_a", np.array([np.inf, 1], np.float32)),
        ("audio_b", np.zeros(2, np.float32)),
    ],
    ids=["unknown slot", "wrong width", "not a number", "infinite", "zero under cosine"],
)
def test_a_vector_that_no_search_could_use_is_refused_and_nothing_of_the_call_is_applied(
    shelf: VectorIndex, slot: str, vector: np.ndarray
) -> None:
    with pytest.raises(InvalidInput, match=rf"(bad.*)?{slot}"):
        shelf.upsert([heard("good", 0), heard("north", 0), Point("bad", {slot: vector}, {})])
    with pytest.raises(InvalidInput, match=rf"(bad.*)?{slot}"):
        shelf.set_vectors(slot, {"north": at(0), "bad": vector})
    with pytest.raises(InvalidInput, match=slot):
        shelf.nearest([Nearest(slot, vector, limit=1)])

    assert shelf.count(ALL) == 4
    assert found(shelf.nearest([Nearest("audio_a", at(90), limit=1)])[0]) == ["north"]
    assert shelf.fetch(["north"], slots=["audio_a", "audio_b", "collab_a"])["north"].vectors.keys() == {"audio_a"}


@pytest.mark.parametrize("names", [{-1: 1.0}, {2**32: 1.0}, {1: float("nan")}, {1: float("inf")}], ids=str)
def test_a_feature_that_no_index_could_hold_is_refused_and_nothing_of_the_call_is_applied(
    shelf: VectorIndex, names: dict[int, float]
) -> None:
    with pytest.raises(InvalidInput, match=r"bad.*names"):
        shelf.upsert([heard("good", 0), Point("bad", {}, {}, names)])
    with pytest.raises(InvalidInput, match=r"bad.*names"):
        shelf.set_names({"north": {1: 1.0}, "bad": names})
    with pytest.raises(InvalidInput, match="names"):
        shelf.nearest([Named(names, limit=1)])

    assert shelf.count(ALL) == 4
    assert shelf.nearest([Named({1: 1.0}, limit=1)]) == [[]]


@pytest.mark.parametrize("value", [True, np.float32(1), float("nan"), None, {"a": 1}, [1, 2]], ids=str)
def test_a_payload_value_that_no_filter_could_match_is_refused_and_nothing_of_the_call_is_applied(
    shelf: VectorIndex, value: object
) -> None:
    payload = {"year": value}

    with pytest.raises(InvalidInput, match=r"bad.*year"):
        shelf.upsert([heard("good", 0), Point("bad", {}, payload)])  # type: ignore[arg-type]  # the wrong type is the point
    with pytest.raises(InvalidInput, match=r"bad.*year"):
        shelf.set_payload({"north": {"year": 1}, "bad": payload})  # type: ignore[dict-item]  # the wrong type is the point

    assert shelf.count(ALL) == 4
    assert shelf.fetch(["north"])["north"].payload["year"] == 1994


def test_a_cursor_and_a_slot_that_do_not_exist_are_named(shelf: VectorIndex) -> None:
    with pytest.raises(InvalidInput, match="page 2"):
        shelf.scroll(where=ALL, limit=1, after="page 2")
    for call in (
        lambda: shelf.fetch(["north"], slots=["mood"]),
        lambda: shelf.clear_slot("mood"),
        lambda: shelf.scroll(where=ALL, limit=1, slots=["mood"]),
    ):
        with pytest.raises(InvalidInput, match="mood"):
            call()
