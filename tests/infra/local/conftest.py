"""What the local host's tests share: a clean ledger, real queues and a real object store."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.folder_objects import FolderObjects
from infra.sqlite_queues import SqliteQueues
from tests.infra.local.handlers import LEDGER, Ledger

Eventually = Callable[[Callable[[], bool]], None]


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    LEDGER.clear()
    yield LEDGER
    LEDGER.gate.set()


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[SqliteQueues]:
    queues = SqliteQueues(tmp_path / "queues.db")
    yield queues
    queues.close()


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "objects", base_url="http://127.0.0.1:1", secret=b"secret")
