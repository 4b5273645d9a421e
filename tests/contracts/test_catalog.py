"""What every catalogue promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from recommender.errors import Conflict, NotFound
from recommender.ports.catalog import Catalog, Raw
from recommender.tracks import Metadata, Rejection, Track, TrackStatus

ADDED = datetime(2026, 1, 1, 12, 30, 0, 123456, tzinfo=UTC)


def track(track_id: str, title: str = "Untitled", *, status: TrackStatus = TrackStatus.READY, **fields: Any) -> Track:
    return replace(Track(track_id=track_id, metadata=Metadata(title=title), added_at=ADDED, status=status), **fields)


def test_a_track_comes_back_with_everything_that_was_written(catalog: Catalog) -> None:
    metadata = Metadata(
        title="Ágætis byrjun",
        artists=("Sigur Rós", "Jónsi"),
        album="Ágætis",
        genres=("post-rock",),
        tags=("slow", "sea"),
        year=1999,
        duration_ms=475_000,
        explicit=True,
        popularity=61.5,
        markets=("IS", "DE"),
    )
    told = track(
        "a track/1",
        metadata=metadata,
        rejection=Rejection("silent", "nothing is to be heard"),
        attributes={"tempo": 81.25, "energy": 0.1},
        content_hash="c1",
        file_hash="f1",
        versions={"audio": "v1"},
        duplicate_of="other",
    )

    written = catalog.put(told)

    assert written == replace(told, revision=1)
    assert catalog.get("a track/1") == written


def test_a_title_from_a_file_name_that_is_no_text_comes_back(catalog: Catalog) -> None:
    written = catalog.put(track("t", "Caf\udce9 Moon"))

    assert catalog.get("t") == written


def test_a_track_that_is_not_there_is_none(catalog: Catalog) -> None:
    assert catalog.get("nobody") is None


def test_a_write_from_an_old_revision_conflicts_and_changes_nothing(catalog: Catalog) -> None:
    first = catalog.put(track("t", "first"))
    second = catalog.put(replace(first, metadata=Metadata(title="second")))

    with pytest.raises(Conflict, match="'t'"):
        catalog.put(replace(first, metadata=Metadata(title="late")))

    assert catalog.get("t") == second


def test_a_new_track_conflicts_where_one_is_stored_already(catalog: Catalog) -> None:
    catalog.put(track("t"))

    with pytest.raises(Conflict):
        catalog.put(track("t"))


def test_a_track_that_was_deleted_cannot_be_written_on(catalog: Catalog) -> None:
    written = catalog.put(track("t"))
    catalog.delete("t")

    with pytest.raises(Conflict):
        catalog.put(written)


def test_many_are_written_at_once_and_those_out_of_date_are_left_out(catalog: Catalog) -> None:
    stored = catalog.put(track("b", "stored"))

    written = catalog.put_many([track("a"), track("b", "late"), track("c")])

    assert [(one.track_id, one.revision) for one in written] == [("a", 1), ("c", 1)]
    assert catalog.get("b") == stored


def test_many_are_read_by_the_ids_that_were_asked(catalog: Catalog) -> None:
    one, other = catalog.put(track("one")), catalog.put(track("other"))
    catalog.link("alias", "one")

    found = catalog.get_many(["alias", "missing", "other", "one"])

    assert found == {"alias": one, "other": other, "one": one}


def test_a_link_is_followed_and_its_own_track_is_dropped(catalog: Catalog) -> None:
    kept = catalog.put(track("kept", "Kept"))
    catalog.put(track("twin", "Twin"))
    catalog.remember_file("f-twin", "twin")

    catalog.link("twin", "kept")

    assert catalog.get("twin") == kept
    assert [one.track_id for one in catalog.scroll(after=None, limit=10)] == ["kept"]
    assert catalog.find_file("f-twin") == "kept"


def test_links_to_links_lead_to_the_same_track(catalog: Catalog) -> None:
    for track_id in "abc":
        catalog.put(track(track_id))

    catalog.link("a", "b")
    catalog.link("b", "c")

    assert {asked: found.track_id for asked, found in catalog.get_many(["a", "b", "c"]).items()} == {"a": "c", "b": "c", "c": "c"}


def test_a_link_back_to_itself_changes_nothing(catalog: Catalog) -> None:
    kept = catalog.put(track("kept"))
    catalog.link("alias", "kept")

    catalog.link("kept", "alias")

    assert catalog.get("alias") == catalog.get("kept") == kept


def test_a_link_to_no_track_is_refused(catalog: Catalog) -> None:
    with pytest.raises(NotFound, match="'missing'"):
        catalog.link("alias", "missing")


def test_a_track_cannot_be_written_under_a_link(catalog: Catalog) -> None:
    catalog.put(track("kept"))
    catalog.link("alias", "kept")

    with pytest.raises(Conflict, match="'alias'"):
        catalog.put(track("alias"))

    assert catalog.put_many([track("alias")]) == []


def test_several_files_may_be_one_track(catalog: Catalog) -> None:
    catalog.put(track("t"))

    catalog.remember_file("f1", "t")
    catalog.remember_file("f2", "t")

    assert [catalog.find_file(file_hash) for file_hash in ("f1", "f2", "f3")] == ["t", "t", None]


def test_a_file_remembered_under_a_link_is_of_the_track(catalog: Catalog) -> None:
    catalog.put(track("t"))
    catalog.link("alias", "t")

    catalog.remember_file("f", "alias")

    assert catalog.find_file("f") == "t"


def test_audio_belongs_to_the_track_that_claimed_it_first(catalog: Catalog) -> None:
    catalog.put_many([track("a"), track("b"), track("c")])

    owners = [catalog.claim_content("same", track_id) for track_id in ("b", "a", "b")]

    assert owners == ["b", "b", "b"]
    assert catalog.claim_content("other", "c") == "c"


def test_audio_of_a_track_that_is_gone_can_be_claimed_again(catalog: Catalog) -> None:
    catalog.put_many([track("a"), track("b")])
    catalog.claim_content("same", "a")

    catalog.delete("a")

    assert catalog.claim_content("same", "b") == "b"


def test_audio_follows_its_track_into_a_link(catalog: Catalog) -> None:
    catalog.put_many([track("a"), track("b"), track("c")])
    catalog.claim_content("same", "a")

    catalog.link("a", "b")

    assert catalog.claim_content("same", "c") == "b"


def test_raw_values_come_back_in_the_order_of_ids(catalog: Catalog) -> None:
    for track_id in ("c", "a", "b"):
        catalog.put_raw(track_id, recipe="r1", raw=track_id.encode())
    catalog.put_raw("b", recipe="r2", raw=b"\x00\xff")

    first = catalog.raws(after=None, limit=2)
    rest = catalog.raws(after="b", limit=2)

    assert first == [("a", "r1", b"a"), ("b", "r2", b"\x00\xff")]
    assert rest == [("c", "r1", b"c")]


def test_raw_values_are_found_by_the_ids_of_their_tracks(catalog: Catalog) -> None:
    catalog.put_raw("a", recipe="r1", raw=b"\x00\xff")
    catalog.put_raw("b", recipe="r2", raw=b"b")

    assert catalog.raws_of(["b", "missing", "a"]) == {"a": Raw("r1", b"\x00\xff"), "b": Raw("r2", b"b")}
    assert catalog.raws_of([]) == {}


def test_duplicates_of_a_track_are_found_the_oldest_first(catalog: Catalog) -> None:
    catalog.put(track("original"))
    catalog.put(track("late", duplicate_of="original", added_at=ADDED + timedelta(days=1)))
    catalog.put(track("b", duplicate_of="original"))
    former = catalog.put(track("a", duplicate_of="original"))
    catalog.put(track("of another", duplicate_of="late"))

    before = [one.track_id for one in catalog.duplicates_of("original")]
    catalog.put(replace(former, duplicate_of=None))

    assert before == ["a", "b", "late"]
    assert [one.track_id for one in catalog.duplicates_of("original")] == ["b", "late"]
    assert catalog.duplicates_of("nobody") == []
    assert catalog.count_duplicates() == 3


def test_tracks_are_scrolled_in_the_order_of_ids(catalog: Catalog) -> None:
    catalog.put_many([track(track_id) for track_id in ("ö", "b", "a", "B", "😀")])

    first = catalog.scroll(after=None, limit=3)
    rest = catalog.scroll(after="b", limit=10)

    assert [one.track_id for one in first] == ["B", "a", "b"]
    assert [one.track_id for one in rest] == ["ö", "😀"]


def test_tracks_are_counted_by_status(catalog: Catalog) -> None:
    catalog.put_many([track("a"), track("b"), track("c", status=TrackStatus.REJECTED)])

    assert catalog.counts() == {TrackStatus.QUEUED: 0, TrackStatus.READY: 2, TrackStatus.REJECTED: 1}


def test_a_deleted_track_leaves_nothing(catalog: Catalog) -> None:
    catalog.put(track("t", "Moon", content_hash="c"))
    catalog.link("alias", "t")
    catalog.remember_file("f", "t")
    catalog.put_raw("t", recipe="r", raw=b"raw")

    assert catalog.delete("alias")

    assert catalog.get_many(["t", "alias"]) == {}
    assert catalog.find_file("f") is None
    assert catalog.raws(after=None, limit=5) == []
    assert not catalog.delete("t")
