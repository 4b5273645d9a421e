"""A process that is killed loses nothing that it acknowledged."""

import itertools
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.sqlite.database import Database
from infra.sqlite.interactions import SqliteInteractionLog
from infra.sqlite.schema import STATE
from infra.sqlite_queues import SqliteQueues
from recommender.ports.queues import Queue
from tests.infra.sqlite.acknowledging import BATCH, NOON

PROJECT = Path(__file__).parents[3]


def acknowledged_until_killed(what: str, path: Path, *, lines: int) -> list[str]:
    """Start the writer, kill it after so many acknowledgements, and return all that it printed."""
    command = [sys.executable, "-m", "tests.infra.sqlite.acknowledging", what, str(path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = list(itertools.islice(writer.stdout, lines))
        writer.kill()
        return [line.strip() for line in [*told, *writer.stdout] if line.endswith("\n")]


def test_every_acknowledged_interaction_is_there_once_after_a_kill(tmp_path: Path) -> None:
    told = acknowledged_until_killed("append", tmp_path / "state.db", lines=100)

    with closing(Database(tmp_path / "state.db", STATE)) as database:
        log = SqliteInteractionLog(database)
        kept = [act.interaction_id for act in log.of_user("ann")]
        (trend,) = log.trending(now=NOON, half_life_days=7.0, window_days=7, limit=5)

    assert len(told) >= 100
    assert kept == sorted(set(kept))
    assert set(told) <= set(kept)
    assert len(kept) % BATCH == 0
    assert (trend.plays, trend.listeners) == (len(kept), 1)


def test_every_acknowledged_message_is_there_once_after_a_kill(tmp_path: Path) -> None:
    told = acknowledged_until_killed("send", tmp_path / "queues.db", lines=100)

    with closing(SqliteQueues(tmp_path / "queues.db")) as queues:
        later = datetime.now(UTC) + timedelta(minutes=1)
        kept = [message.body for message in queues.receive(Queue.INTERACTIONS, max_messages=100_000, visibility_s=30, now=later)]

    assert len(told) >= 100
    assert kept == sorted(set(kept))
    assert set(told) <= set(kept)
    assert len(kept) % BATCH == 0
