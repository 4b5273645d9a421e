"""Two writers at once: neither loses an update, whoever is faster."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from infra.aws import tables
from infra.aws.catalog import DynamoCatalog
from infra.aws.interactions import DynamoInteractionLog
from infra.aws.table import Table
from infra.aws.tastes import DynamoTasteStore
from infra.aws.versions import DynamoServingStore
from recommender.errors import Conflict
from recommender.interactions import Interaction, Kind
from recommender.ports.stores import Trend
from recommender.tastes.taste import Taste
from recommender.tracks import Metadata, Track, TrackStatus
from tests.contracts import aws
from tests.infra.aws.scripted import overtaken

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def track(track_id: str, title: str = "Untitled", **fields: object) -> Track:
    told = Track(track_id=track_id, metadata=Metadata(title=title), added_at=NOON, status=TrackStatus.READY)
    return replace(told, **fields)  # type: ignore[arg-type]  # fields of a track


def play(interaction_id: str, user: str = "ann") -> Interaction:
    return Interaction(interaction_id=interaction_id, user=user, track_id="t", kind=Kind.PLAY, at=NOON)


def test_of_two_writes_of_one_track_the_later_conflicts_and_the_counts_stay_right(cleanup: ExitStack) -> None:
    table = aws.table(tables.TRACKS, cleanup)
    rival = DynamoCatalog(table)
    stored = rival.put(track("t", status=TrackStatus.QUEUED))
    slow = DynamoCatalog(Table(overtaken(table._client, at=0, by=lambda: rival.put(replace(stored, status=TrackStatus.READY))), table.name))

    with pytest.raises(Conflict):
        slow.put(replace(stored, status=TrackStatus.REJECTED))

    found = rival.get("t")
    assert found is not None
    assert found.status is TrackStatus.READY
    assert rival.counts() == {TrackStatus.QUEUED: 0, TrackStatus.READY: 1, TrackStatus.REJECTED: 0}


def test_a_batch_writes_all_but_the_track_that_a_rival_wrote_first(cleanup: ExitStack) -> None:
    table = aws.table(tables.TRACKS, cleanup)
    rival = DynamoCatalog(table)
    slow = DynamoCatalog(Table(overtaken(table._client, at=0, by=lambda: rival.put(track("b", "theirs"))), table.name))

    written = slow.put_many([track("a"), track("b", "mine"), track("c")])

    assert [one.track_id for one in written] == ["a", "c"]
    assert [one.metadata.title for one in rival.scroll(after=None, limit=5)] == ["Untitled", "theirs", "Untitled"]
    assert rival.counts()[TrackStatus.READY] == 3


def test_audio_that_two_tracks_claim_at_once_belongs_to_one(cleanup: ExitStack) -> None:
    table = aws.table(tables.TRACKS, cleanup)
    rival = DynamoCatalog(table)
    rival.put_many([track("a"), track("b")])
    slow = DynamoCatalog(Table(overtaken(table._client, at=0, by=lambda: rival.claim_content("same", "a")), table.name))

    assert slow.claim_content("same", "b") == "a"


def test_a_track_that_is_written_while_it_becomes_a_link_is_no_track_any_more(cleanup: ExitStack) -> None:
    table = aws.table(tables.TRACKS, cleanup)
    rival = DynamoCatalog(table)
    kept, twin = rival.put_many([track("kept"), track("twin")])
    linking = DynamoCatalog(Table(overtaken(table._client, at=0, by=lambda: rival.put(replace(twin, content_hash="c"))), table.name))

    linking.link("twin", "kept")

    assert rival.get("twin") == kept
    assert rival.counts()[TrackStatus.READY] == 1


def test_a_message_delivered_to_two_functions_at_once_counts_once(cleanup: ExitStack) -> None:
    table = aws.table(tables.LOG, cleanup)
    rival = DynamoInteractionLog(table)
    acts = [play("1"), play("2"), play("3", "bob")]
    others: list[Interaction] = []
    # The first write lists the day, the second is the transaction.
    slow = DynamoInteractionLog(Table(overtaken(table._client, at=1, by=lambda: others.extend(rival.append(acts[:2]))), table.name))

    mine = slow.append(acts)

    assert (others, mine) == (acts[:2], acts[2:])
    assert rival.count() == 3
    assert slow.trending(now=NOON, half_life_days=1.0, window_days=1, limit=5) == [Trend("t", 3.0, 2)]


def test_of_two_tastes_made_from_one_revision_the_later_conflicts(cleanup: ExitStack) -> None:
    table = aws.table(tables.USERS, cleanup)
    rival = DynamoTasteStore(table)
    first = rival.put(Taste(user="ann", updated_at=NOON))
    slow = DynamoTasteStore(Table(overtaken(table._client, at=0, by=lambda: rival.put(replace(first, plays=2))), table.name))

    with pytest.raises(Conflict):
        slow.put(replace(first, plays=7))

    assert rival.get_many(["ann"])["ann"].plays == 2


def test_of_two_switches_at_once_the_later_conflicts(cleanup: ExitStack) -> None:
    table = aws.table(tables.VERSIONS, cleanup)
    rival = DynamoServingStore(table)
    start = rival.get()
    slow = DynamoServingStore(
        Table(overtaken(table._client, at=0, by=lambda: rival.put(replace(start, collab_version="theirs"))), table.name)
    )

    with pytest.raises(Conflict):
        slow.put(replace(start, collab_version="mine"))

    assert rival.get().collab_version == "theirs"


def test_listeners_beyond_the_sample_are_counted_as_plays_and_the_rest_is_told_as_at_least(cleanup: ExitStack) -> None:
    log = DynamoInteractionLog(aws.table(tables.LOG, cleanup))

    for start in range(0, 300, 100):
        log.append([play(f"i{number}", f"user {number}") for number in range(start, start + 100)])

    (trend,) = log.trending(now=NOON, half_life_days=1.0, window_days=1, limit=5)
    assert trend.plays == 300.0
    assert 150 < trend.listeners <= 300
    assert log.count() == 300
