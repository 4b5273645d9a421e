"""What stands behind the local host's door: queues drained into functions, and uploads taken in and announced."""

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Final, Protocol

from infra.local.admission import admit
from infra.local.dispatcher import Dispatcher
from infra.local.drained import DrainedQueues
from infra.local.invoker import Invoker
from infra.local.server import HostApplication
from infra.local.template import Plan
from infra.local.uploads import DEFAULT_LIMIT, UploadDoor, UploadStore
from recommender.ports.queues import MessageQueues, Queue

GRACE_S: Final = 10.0


class QueueDepth(Protocol):
    """How much is in a queue."""

    @property
    def waiting(self) -> int:
        """Visible now, or later after a failure."""
        ...

    @property
    def in_flight(self) -> int:
        """In a receiver's hands."""
        ...


class LocalQueues(MessageQueues, DrainedQueues, Protocol):
    """Queues of one machine; ``SqliteQueues`` are."""

    def take_over(self, *, now: datetime) -> int:
        """Make all visible that a receiver had in hand which is gone, and return how many messages that were."""
        ...

    def depth(self, queue: Queue, *, now: datetime) -> QueueDepth:
        """Count a queue."""
        ...

    def on_send(self, listener: Callable[[Queue], None]) -> None:
        """Call ``listener`` after each send of this process."""
        ...


class LocalStack:
    """Drain the queues into the plan's functions for as long as the context is open.

    The caller must own the home's lock: messages in flight are taken for those of a killed predecessor.

    Parameters
    ----------
    hearing_workers
        Files heard at once; one batch more is fetched, so that no worker waits for the queue.
    ready
        Raises a ``SegueError`` while the queues should wait; see ``Dispatcher``.
    """

    def __init__(
        self,
        plan: Plan,
        queues: LocalQueues,
        objects: UploadStore,
        *,
        hearing_workers: int,
        upload_limit: int = DEFAULT_LIMIT,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        self.plan, self.queues, self.objects = plan, queues, objects
        self.invoker = Invoker()
        self._upload_limit = upload_limit
        self.dispatcher = Dispatcher(queues, plan, self.invoker, parallel={Queue.UPLOADS: hearing_workers + 1}, ready=ready)

    def start(self) -> None:
        """Take up what a predecessor left, and drain from now on."""
        self.queues.take_over(now=datetime.now(UTC))
        self.queues.on_send(self.dispatcher.wake)
        self.dispatcher.start()

    def stop(self, *, grace_s: float = GRACE_S) -> int:
        """Finish what is in hand, or give it back to its queue after ``grace_s``; return how many messages were given back."""
        return 0 if self.dispatcher.stop(timeout_s=grace_s) else self.dispatcher.return_all()

    def pending(self) -> int:
        """Return how many messages wait or are in hand; those whose next try is more than a moment away wait too."""
        now = datetime.now(UTC)
        depths = [self.queues.depth(queue, now=now) for queue in self.plan.queues]
        return sum(depth.waiting + depth.in_flight for depth in depths)

    def application(self, pool: Executor, *, upload_pool: Executor) -> HostApplication:
        """Return the HTTP side; handlers run in ``pool``, uploads in ``upload_pool``."""
        door = UploadDoor(self.objects, self.queues, upload_pool)
        return HostApplication(self.plan, self.invoker, door, pool, upload_limit=self._upload_limit, admit=admit)
