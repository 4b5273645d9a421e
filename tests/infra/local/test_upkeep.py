"""The index is flushed after deliveries and packed when many came and it is quiet."""

import pytest

from infra.local import upkeep
from infra.local.dispatcher import Dispatcher
from infra.local.invoker import Invoker
from infra.local.upkeep import Upkeep
from infra.sqlite_queues import SqliteQueues
from recommender.errors import Unavailable
from recommender.ports.queues import Queue
from tests.infra.local.handlers import Ledger
from tests.infra.local.test_dispatcher import plan_of
from tests.infra.local.waiting import eventually


class CountedIndex:
    """Count how often it was kept; the first flush fails."""

    def __init__(self) -> None:
        self.flushes = 0
        self.packings = 0

    def flush(self) -> None:
        """Fail once, then succeed."""
        self.flushes += 1
        if self.flushes == 1:
            raise Unavailable("the disk is away")

    def maintain(self) -> bool:
        """Pack."""
        self.packings += 1
        return True


@pytest.mark.parametrize(("sent", "packings"), [(3, 0), (20, 1)])
def test_an_index_is_kept_after_deliveries_and_let_alone_otherwise(
    queues: SqliteQueues, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, sent: int, packings: int
) -> None:
    for name, value in (("FLUSH_S", 0.01), ("QUIET_S", 0.02), ("WORTH_PACKING", 20)):
        monkeypatch.setattr(upkeep, name, value)
    index, dispatcher = CountedIndex(), Dispatcher(queues, plan_of("record"), Invoker(), parallel={})
    kept = Upkeep(index, dispatcher)
    kept.start()
    dispatcher.start()

    queues.send(Queue.UPLOADS, [str(number) for number in range(sent)])
    eventually(lambda: sum(len(batch) for batch in ledger.batches) == sent and index.flushes >= 2 and index.packings == packings)
    dispatcher.stop(timeout_s=10)
    settled = index.flushes
    kept.stop()

    assert index.packings == packings
    assert index.flushes - settled <= 1
