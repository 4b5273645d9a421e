"""A process to be killed: it writes without end and prints what was acknowledged."""

import itertools
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.sqlite.database import Database
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.schema import STATE
from infra.sqlite_queues import SqliteQueues
from recommender.interactions import Interaction, Kind
from recommender.ports.queues import Queue

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
BATCH = 7


def append_without_end(path: Path) -> None:
    """Append batches to the log and tell each id once it is acknowledged."""
    log = SqliteInteractionLog(Database(path, STATE))
    for batch in itertools.count():
        names = [f"{batch * BATCH + number:06}" for number in range(BATCH)]
        log.append([Interaction(interaction_id=name, user="ann", track_id="t", kind=Kind.PLAY, at=NOON) for name in names])
        _tell(names)


def send_without_end(path: Path) -> None:
    """Send batches to a queue and tell each body once it is acknowledged."""
    queues = SqliteQueues(path)
    for batch in itertools.count():
        names = [f"{batch * BATCH + number:06}" for number in range(BATCH)]
        queues.send(Queue.INTERACTIONS, names)
        _tell(names)


def _tell(names: list[str]) -> None:
    sys.stdout.write("".join(f"{name}\n" for name in names))
    sys.stdout.flush()


if __name__ == "__main__":
    {"append": append_without_end, "send": send_without_end}[sys.argv[1]](Path(sys.argv[2]))
