"""A function that is killed between two of its writes: whoever comes next finishes, nothing is lost and nothing counts twice."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.aws import tables
from infra.aws.catalog import DynamoCatalog
from infra.aws.interactions import DynamoInteractionLog
from infra.aws.table import Table
from infra.aws.tastes import DynamoTasteStore
from recommender.interactions import Interaction, Kind
from recommender.tastes.taste import Taste
from recommender.tracks import Metadata, Track, TrackStatus
from tests.contracts import aws
from tests.fakes.stores import FakeInteractionLog
from tests.infra.aws.scripted import Killed, Watched, dying

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def played(number: int, user: str = "ann") -> Interaction:
    at = NOON - timedelta(hours=number % 40)
    return Interaction(interaction_id=f"i{number}", user=user, track_id=f"t{number % 7}", kind=Kind.PLAY, at=at)


def state(log: DynamoInteractionLog | FakeInteractionLog) -> tuple[object, ...]:
    """Return everything that can be asked of a log."""
    trends = log.trending(now=NOON, half_life_days=1.0, window_days=7, limit=99)
    return log.count(), list(log.users()), log.of_user("ann"), log.of_user("bob"), list(log.until(NOON)), trends


def killed(table: Table, at: int, *, done: bool) -> Table:
    """Return the table as a process sees it that dies at a write."""
    return Table(dying(table._client, at=at, done=done), table.name)


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", range(4))
def test_a_message_that_comes_again_is_finished_and_counts_once(at: int, *, done: bool, cleanup: ExitStack) -> None:
    table = aws.table(tables.LOG, cleanup)
    acts = [played(number, "ann" if number % 3 else "bob") for number in range(70)]
    fake = FakeInteractionLog()
    fake.append(acts)

    with pytest.raises(Killed):
        DynamoInteractionLog(killed(table, at, done=done)).append(acts)
    again = DynamoInteractionLog(table)
    again.append(acts)

    assert state(again) == state(fake)
    assert again.append(acts) == []


@pytest.mark.parametrize("at", range(4))
def test_an_erasure_that_was_cut_short_is_finished_by_the_next(at: int, cleanup: ExitStack) -> None:
    table = aws.table(tables.LOG, cleanup)
    theirs, others = [played(number) for number in range(60)], [played(number, "bob") for number in range(60, 65)]
    log = DynamoInteractionLog(table)
    log.append(theirs + others)
    fake = FakeInteractionLog(others)

    first = DynamoInteractionLog(killed(table, at, done=True))
    with pytest.raises(Killed):
        first.erase("ann")
    log.erase("ann")

    assert state(DynamoInteractionLog(table)) == state(fake)
    assert log.append(theirs) == theirs


def catalog_state(catalog: DynamoCatalog) -> tuple[object, ...]:
    """Return everything that can be asked of the catalogue of these tests."""
    ids = ["a", "b", "c", "alias"]
    found = {asked: track.track_id for asked, track in catalog.get_many(ids).items()}
    files = {file_hash: catalog.find_file(file_hash) for file_hash in ("fa", "fb")}
    owner = catalog.claim_content("ca", "c")
    return found, files, owner, catalog.counts(), catalog.count_duplicates(), catalog.raws(after=None, limit=9), catalog.duplicates_of("a")


def shelf(cleanup: ExitStack) -> Table:
    """Return a table with three tracks, of which one has a file, audio, a link, raw values and a duplicate."""
    table = aws.table(tables.TRACKS, cleanup)
    catalog = DynamoCatalog(table)
    for track_id in "abc":
        catalog.put(Track(track_id=track_id, metadata=Metadata(title=track_id), added_at=NOON, status=TrackStatus.READY))
    c = catalog.get("c")
    assert c is not None
    catalog.put(replace(c, duplicate_of="a"))
    catalog.remember_file("fa", "a")
    catalog.remember_file("fb", "b")
    catalog.claim_content("ca", "a")
    catalog.link("alias", "a")
    catalog.put_raw("a", recipe="r", raw=b"raw")
    return table


@pytest.mark.parametrize("verb", ["link", "delete"])
def test_a_link_or_a_deletion_that_was_cut_short_is_finished_by_the_next(verb: str, cleanup: ExitStack) -> None:
    def work(catalog: DynamoCatalog) -> None:
        _ = catalog.link("a", "b") if verb == "link" else catalog.delete("a")

    whole = shelf(cleanup)
    watched = Watched(whole._client)
    work(DynamoCatalog(Table(watched, whole.name)))
    expected = catalog_state(DynamoCatalog(whole))

    for at in range(watched.writes):
        table = shelf(cleanup)
        with pytest.raises(Killed):
            work(DynamoCatalog(killed(table, at, done=True)))
        work(DynamoCatalog(table))

        assert catalog_state(DynamoCatalog(table)) == expected
    assert watched.writes >= 2


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("at", [0, 1])
def test_a_first_taste_that_was_cut_short_can_be_written_again(at: int, *, done: bool, cleanup: ExitStack) -> None:
    table = aws.table(tables.USERS, cleanup)
    taste = Taste(user="ann", updated_at=NOON, plays=3)

    with pytest.raises(Killed):
        DynamoTasteStore(killed(table, at, done=done)).put(taste)
    store = DynamoTasteStore(table)
    former = store.get("ann")
    store.put(replace(taste, revision=former.revision if former else 0, plays=4))

    assert [store.get_many(["ann"])["ann"].plays, list(store.users())] == [4, ["ann"]]
