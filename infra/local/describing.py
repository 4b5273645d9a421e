"""Send the rows of a catalogue without audio, and follow them until their words are read."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.local.catalogue_rows import Row
from infra.local.client import Client, ask
from infra.local.standings import Watch

BATCH: Final = 500
MOST_WAITING: Final = 4 * BATCH
POLL_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row: its track, or why it was refused."""

    line: int
    track_id: str | None
    error: str | None = None


def ingest_rows(client: Client, rows: Iterable[Row]) -> Iterator[RowResult]:
    """Send the rows in batches and yield each one's result as it comes; a track told twice ends with its last row.

    Raises
    ------
    Unavailable
        If nobody answers any more.
    """
    watch = Watch(client, "metadata")
    waiting: dict[str, int] = {}
    for batch in _batches(rows):
        yield from (RowResult(row.line, None, row.error) for row in batch if row.entry is None)
        entries = [(row.line, row.entry) for row in batch if row.entry is not None]
        if entries:
            yield from _send(client, entries, waiting)
            watch.moved()
        yield from _settled(watch, waiting, most=MOST_WAITING)
    yield from _settled(watch, waiting, most=0)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _send(client: Client, entries: list[tuple[int, Mapping[str, Any]]], waiting: dict[str, int]) -> Iterator[RowResult]:
    answer = ask(client, "POST", "/tracks", body={"tracks": [dict(entry) for _, entry in entries]})
    refused = {entry["index"]: entry["message"] for entry in answer["rejected"]}
    for index, (line, entry) in enumerate(entries):
        if index in refused:
            yield RowResult(line, None, refused[index])
            continue
        former = waiting.pop(entry["track_id"], None)
        if former is not None:
            yield RowResult(former, None, f"line {line} tells of {entry['track_id']!r} again")
        waiting[entry["track_id"]] = line


def _settled(watch: Watch, waiting: dict[str, int], *, most: int) -> Iterator[RowResult]:
    while len(waiting) > most:
        # the first that were sent are the first to be ready
        for asked, standing in watch.finished(list(waiting)[:BATCH]).items():
            line = waiting.pop(asked)
            ready = standing.status == "ready"
            yield RowResult(line, standing.track_id if ready else None, None if ready else standing.message or standing.status)
        if len(waiting) > most:
            time.sleep(POLL_S)
