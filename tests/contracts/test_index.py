"""What every vector index promises."""

from collections.abc import Iterator

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.filters import AnyOf, Between, Condition, OneOfTracks, Where
from recommender.ports.index import Nearest, Point, VectorIndex
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


def test_the_nearest_track_comes_first_and_its_score_is_the_cosine(shelf: VectorIndex) -> None:
    query = Nearest("audio_a", at(10, length=7), limit=3)

    [hits] = shelf.nearest([query])

    assert found(hits) == ["east", "northeast", "north"]
    assert [hit.score for hit in hits] == pytest.approx([np.cos(np.radians(angle)) for angle in (10, 35, 80)], abs=1e-5)


def test_a_hit_carries_no_payload_where_none_is_asked_for(shelf: VectorIndex) -> None:
    bare = Nearest("audio_a", at(0), limit=1, with_payload=False)

    [[hit], [full]] = shelf.nearest([bare, Nearest("audio_a", at(0), limit=1)])

    assert (hit.track_id, hit.payload) == ("east", {})
    assert (full.track_id, full.payload["year"]) == ("east", 2004)


def test_a_hit_carries_the_payload_as_it_was_given_and_its_track(shelf: VectorIndex) -> None:
    query = Nearest("audio_a", at(0), limit=1)

    [[hit]] = shelf.nearest([query])

    assert hit.payload == {
        "track_id": "east",
        "mode": 1,
        "explicit": 1,
        "genres": ["jazz"],
        "artists": ["bea", "ada"],
        "year": 2004,
        "tempo": 90.0,
        "markets": ["DE", "FR"],
    }
    assert hit.vectors == {}


def test_a_hit_brings_the_vectors_that_were_asked_for_with_unit_length_in_a_cosine_slot(index: VectorIndex) -> None:
    index.upsert([Point("a", {"audio_a": at(30, length=5), "collab_a": at(60, length=5)}, {})])

    [[hit]] = index.nearest([Nearest("audio_a", at(30), limit=1, with_vectors=("audio_a", "collab_a", "collab_b"))])

    assert hit.vectors.keys() == {"audio_a", "collab_a"}
    np.testing.assert_allclose(hit.vectors["audio_a"], at(30), atol=1e-6)
    np.testing.assert_allclose(hit.vectors["collab_a"], at(60, length=5), atol=1e-6)
    assert hit.vectors["audio_a"].dtype == np.float32


def test_several_queries_are_answered_in_their_order(shelf: VectorIndex) -> None:
    queries = [Nearest("audio_a", at(degrees), limit=1) for degrees in (180, 90, 0)]

    answers = shelf.nearest(queries)

    assert [found(hits) for hits in answers] == [["west"], ["north"], ["east"]]


def test_no_queries_have_no_answers_and_a_limit_of_nothing_finds_nothing(shelf: VectorIndex) -> None:
    assert shelf.nearest([]) == []
    assert shelf.nearest([Nearest("audio_a", at(0), limit=0), Nearest("audio_a", at(0), limit=1)])[0] == []


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AnyOf("genres", ("rock",)), {"north", "northeast"}),
        (AnyOf("genres", ("indie", "jazz")), {"north", "east"}),
        (AnyOf("genres", ("polka",)), set()),
        (AnyOf("genres", ()), set()),
        (AnyOf("explicit", (0,)), {"north", "northeast", "west"}),
        (AnyOf("explicit", (1,)), {"east"}),
        (AnyOf("mode", (1,)), {"north", "east", "northeast"}),
        (AnyOf("year", (1994, 2004)), {"north", "east"}),
        (AnyOf("year", (1994, "2004")), {"north"}),
        (AnyOf("genres", ("jazz", 1994)), {"east"}),
        (AnyOf("tempo", (90,)), set()),
        (AnyOf("mood", ("calm",)), set()),
        (Between("year", 1994, 2004), {"north", "east"}),
        (Between("year", 1995, None), {"east", "northeast"}),
        (Between("year", None, 2003), {"north"}),
        (Between("year"), {"north", "east", "northeast"}),
        (Between("tempo", 60.25, 119.9), {"east", "northeast"}),
        (Between("tempo", 121, 122), set()),
        (Between("genres", 0, 1), set()),
        (OneOfTracks(("west", "north", "unknown")), {"west", "north"}),
        (OneOfTracks(()), set()),
    ],
    ids=lambda given: "-".join(sorted(given)) if isinstance(given, set) else str(given),
)
def test_every_kind_of_condition_includes_and_excludes_the_same_tracks(
    shelf: VectorIndex, condition: Condition, expected: set[str]
) -> None:
    query = at(45)

    [within, without] = shelf.nearest(
        [
            Nearest("audio_a", query, limit=9, where=ALL.also(condition)),
            Nearest("audio_a", query, limit=9, where=ALL.also(without=(condition,))),
        ]
    )

    assert set(found(within)) == expected
    assert set(found(without)) == {"north", "east", "northeast", "west"} - expected
    assert shelf.count(ALL.also(condition)) == len(expected)
    assert {point.track_id for point in shelf.scroll(where=ALL.also(condition), limit=9).points} == expected


def test_all_of_must_and_none_of_must_not_hold_together(shelf: VectorIndex) -> None:
    where = Where(must=(AnyOf("mode", (1,)), Between("year", 1990, 2010)), must_not=(AnyOf("explicit", (1,)), OneOfTracks(("west",))))

    [hits] = shelf.nearest([Nearest("audio_a", at(0), limit=9, where=where)])

    assert found(hits) == ["north"]


def test_a_track_without_the_slot_is_not_found_in_it(index: VectorIndex) -> None:
    index.upsert([heard("heard", 80), Point("read", {"text": np.array([1, 0, 0], np.float32)}, {}), Point("bare", {}, {})])

    [by_audio, by_text, by_taste] = index.nearest(
        [
            Nearest("audio_a", at(0), limit=9),
            Nearest("text", np.array([1, 1, 0], np.float32), limit=9),
            Nearest("collab_a", at(0), limit=9),
        ]
    )

    assert (found(by_audio), found(by_text), found(by_taste)) == (["heard"], ["read"], [])
    assert by_text[0].score == pytest.approx(np.sqrt(0.5), abs=1e-5)
    assert index.count(ALL) == 3


def test_a_dot_slot_prefers_the_longer_vector_and_takes_a_zero_one(index: VectorIndex) -> None:
    index.upsert([Point(name, {"collab_a": at(0, length=length)}, {}) for name, length in (("loud", 3.0), ("soft", 0.5), ("mute", 0.0))])

    [hits] = index.nearest([Nearest("collab_a", at(0, length=2), limit=3)])

    assert found(hits) == ["loud", "soft", "mute"]
    assert [hit.score for hit in hits] == pytest.approx([6, 1, 0])


def test_an_upsert_of_the_same_track_replaces_all_of_it(shelf: VectorIndex) -> None:
    shelf.upsert([Point("east", {"collab_a": at(0)}, {"year": 1970})])

    [point] = shelf.fetch(["east"], slots=["audio_a", "collab_a"]).values()
    assert point.payload == {"track_id": "east", "year": 1970}
    assert point.vectors.keys() == {"collab_a"}
    assert shelf.count(ALL) == 4
    assert "east" not in found(shelf.nearest([Nearest("audio_a", at(0), limit=9)])[0])


def test_the_last_of_two_points_of_one_track_in_one_upsert_counts(index: VectorIndex) -> None:
    index.upsert([heard("a", 0, year=1), heard("b", 10), heard("a", 90, year=2)])

    assert index.fetch(["a"])["a"].payload["year"] == 2
    assert found(index.nearest([Nearest("audio_a", at(0), limit=9)])[0]) == ["b", "a"]


def test_one_slot_is_written_beside_the_others_and_unknown_tracks_are_passed_over(shelf: VectorIndex) -> None:
    shelf.set_vectors("collab_a", {"north": at(0), "nobody": at(0)})

    [hits] = shelf.nearest([Nearest("collab_a", at(0), limit=9, with_vectors=("audio_a",))])
    assert found(hits) == ["north"]
    np.testing.assert_allclose(hits[0].vectors["audio_a"], at(90), atol=1e-6)
    assert hits[0].payload["year"] == 1994
    assert shelf.count(ALL) == 4


def test_two_versions_of_factors_live_beside_each_other_until_one_is_cleared(index: VectorIndex) -> None:
    index.upsert([heard("a", 0), heard("b", 90)])
    index.set_vectors("collab_a", {"a": at(0), "b": at(90)})
    index.set_vectors("collab_b", {"a": at(90), "b": at(0)})

    [old, new] = index.nearest([Nearest("collab_a", at(0), limit=1), Nearest("collab_b", at(0), limit=1)])
    index.clear_slot("collab_a")
    [gone, kept] = index.nearest([Nearest("collab_a", at(0), limit=9), Nearest("collab_b", at(0), limit=9)])

    assert (found(old), found(new)) == (["a"], ["b"])
    assert (found(gone), found(kept)) == ([], ["b", "a"])
    assert index.fetch(["a"], slots=["audio_a", "collab_a", "collab_b"])["a"].vectors.keys() == {"audio_a", "collab_b"}


def test_payload_fields_are_set_one_by_one_and_unknown_tracks_are_passed_over(shelf: VectorIndex) -> None:
    shelf.set_payload({"north": {"mode": 0, "popularity": 7.5}, "nobody": {"mode": 0}, "east": {"genres": ["dub"]}})

    points = shelf.fetch(["north", "east"])
    assert (points["north"].payload["mode"], points["north"].payload["popularity"], points["north"].payload["year"]) == (0, 7.5, 1994)
    assert shelf.count(ALL.also(AnyOf("genres", ("dub",)))) == 1
    assert shelf.count(ALL.also(AnyOf("mode", (0,)))) == 2
    assert shelf.count(ALL) == 4


def test_fetch_returns_the_known_tracks_with_the_vectors_they_have(shelf: VectorIndex) -> None:
    points = shelf.fetch(["west", "nobody", "east"], slots=["audio_a", "text"])

    assert list(points) == ["west", "east"]
    assert points["east"].payload["year"] == 2004
    np.testing.assert_allclose(points["west"].vectors["audio_a"], at(180), atol=1e-6)
    assert points["west"].vectors.keys() == {"audio_a"}
    assert shelf.fetch(["east"])["east"].vectors == {}
    assert shelf.fetch([]) == {}


def test_scrolling_shows_every_point_once_in_an_order_that_stays(index: VectorIndex) -> None:
    index.upsert([heard(f"track {number}", number, year=number) for number in range(10)])
    where = ALL.also(Between("year", 1, None))

    whole = index.scroll(where=where, limit=20, slots=["audio_a"])
    first = index.scroll(where=where, limit=4)
    second = index.scroll(where=where, limit=4, after=first.after)
    third = index.scroll(where=where, limit=4, after=second.after)

    assert whole.after is None
    assert {point.track_id for point in whole.points} == {f"track {number}" for number in range(1, 10)}
    assert all(point.vectors.keys() == {"audio_a"} for point in whole.points)
    assert [point.track_id for page in (first, second, third) for point in page.points] == [point.track_id for point in whole.points]
    assert (len(first.points), len(third.points), third.after) == (4, 1, None)


def test_scrolling_goes_on_although_points_are_deleted_meanwhile(index: VectorIndex) -> None:
    index.upsert([heard(f"track {number}", number) for number in range(6)])
    order = [point.track_id for point in index.scroll(where=ALL, limit=9).points]

    first = index.scroll(where=ALL, limit=2)
    index.delete(order[1:3])
    rest = index.scroll(where=ALL, limit=9, after=first.after)

    assert [point.track_id for point in rest.points] == order[3:]


def test_top_orders_by_a_number_of_the_payload_and_leaves_out_tracks_without_it(shelf: VectorIndex) -> None:
    [by_year, by_tempo] = [shelf.top(name, where=ALL, limit=2) for name in ("year", "tempo")]
    filtered = shelf.top("year", where=ALL.also(AnyOf("genres", ("rock",))), limit=9)

    assert [(hit.track_id, hit.score) for hit in by_year] == [("northeast", 2014.0), ("east", 2004.0)]
    assert [(hit.track_id, hit.score) for hit in by_tempo] == [("north", 120.5), ("east", 90.0)]
    assert found(filtered) == ["northeast", "north"]
    assert (filtered[1].payload["genres"], filtered[1].vectors) == (["rock", "indie"], {})
    with pytest.raises(InvalidInput, match="artists"):
        shelf.top("artists", where=ALL, limit=2)


def test_deleted_tracks_are_gone_at_once_and_unknown_ones_are_passed_over(shelf: VectorIndex) -> None:
    shelf.delete(["north", "nobody"])
    shelf.delete([])

    assert shelf.count(ALL) == 3
    assert shelf.fetch(["north"]) == {}
    assert found(shelf.nearest([Nearest("audio_a", at(90), limit=1)])[0]) == ["northeast"]


def test_what_was_written_is_still_answered_after_a_flush(shelf: VectorIndex) -> None:
    shelf.flush()

    assert shelf.count(ALL) == 4


def test_no_array_that_was_given_or_returned_is_shared_with_the_index(index: VectorIndex) -> None:
    given = at(0)
    index.upsert([Point("a", {"audio_a": given}, {})])
    given[:] = 9

    index.fetch(["a"], slots=["audio_a"])["a"].vectors["audio_a"][:] = 5

    np.testing.assert_allclose(index.fetch(["a"], slots=["audio_a"])["a"].vectors["audio_a"], at(0), atol=1e-6)
