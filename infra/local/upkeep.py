"""Look after the index between requests: writes reach the disk within seconds, and new points are packed in quiet moments."""

import logging
import threading
import time
from typing import Final, Protocol, runtime_checkable

from infra.local.dispatcher import Dispatcher
from recommender.errors import SegueError

FLUSH_S: Final = 10.0
QUIET_S: Final = 10.0
# fewer new points cost a search next to nothing, while packing stops the process for seconds in a large library
WORTH_PACKING: Final = 500
_LOG: Final = logging.getLogger(__name__)


@runtime_checkable
class KeptIndex(Protocol):
    """An index that keeps itself when it is told to; ``EdgeIndex`` is one."""

    def flush(self) -> None:
        """Return when all that was written would survive a power cut."""
        ...

    def maintain(self) -> bool:
        """Pack what was written lately."""
        ...


class Upkeep:
    """Flush and pack an index in the background for as long as a host runs."""

    def __init__(self, index: KeptIndex, dispatcher: Dispatcher) -> None:
        self._index, self._dispatcher = index, dispatcher
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is being done."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        flushed = packed = self._dispatcher.delivered
        while not self._stopping.wait(FLUSH_S):
            delivered = self._dispatcher.delivered
            try:
                if delivered != flushed:
                    self._index.flush()
                    flushed = delivered
                if delivered - packed >= WORTH_PACKING and time.monotonic() - self._dispatcher.last_delivery > QUIET_S:
                    self._index.maintain()
                    packed = delivered
            except SegueError as error:
                _LOG.warning("the index could not be kept: %s", error)
