"""The local host's life: bind, drain and answer until it is told to stop, then leave nothing half done."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import Final

import uvicorn

from infra.local.patience import ImpatientProtocol
from infra.local.schedules import Schedules
from infra.local.stack import GRACE_S, LocalStack
from infra.local.upkeep import KeptIndex, Upkeep
from recommender.errors import Unavailable

LOCALHOST: Final = "127.0.0.1"
_HANDLER_THREADS: Final = 8
_UPLOAD_THREADS: Final = 16
# Each takes a file handle, of which a process often has 1,024; beyond, uvicorn answers 503.
_MOST_CONNECTIONS: Final = 800


@contextmanager
def listening(port: int, *, address: str = LOCALHOST) -> Iterator[socket.socket]:
    """Lend a socket bound to ``port`` (0 for any free one).

    Raises
    ------
    Unavailable
        If the port is taken or not allowed, naming it.
    """
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((address, port))
        except OSError as error:
            raise Unavailable(f"{address}:{port} cannot be listened on: {error.strerror}", code="port_taken") from error
        yield bound


def url_of(bound: socket.socket) -> str:
    """Return the address at which a bound socket answers."""
    address, port = bound.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"


class Host:
    """Serve a stack over HTTP from the calling thread, which must be the process's main one: it takes SIGTERM and SIGINT for good.

    Parameters
    ----------
    index
        Looked after between requests, if it is of the kind that needs it.
    on_ready
        Called once when requests are answered, in the event loop: it must not block.
    grace_s
        How long work in hand may take to end after the signal; then it is returned to its queue.
    """

    def __init__(
        self,
        stack: LocalStack,
        schedules: Schedules,
        *,
        on_ready: Callable[[], None] = lambda: None,
        index: object = None,
        grace_s: float = GRACE_S,
    ) -> None:
        self._stack, self._schedules, self._on_ready, self._grace_s = stack, schedules, on_ready, grace_s
        self._upkeep = Upkeep(index, stack.dispatcher) if isinstance(index, KeptIndex) else None

    def run(self, bound: socket.socket) -> bool:
        """Serve until a signal comes, then finish what is in hand or give it back.

        Returns
        -------
        bool
            Whether every handler came to its end; one that did not would hold up the end of the process.
        """
        handlers = ThreadPoolExecutor(_HANDLER_THREADS, thread_name_prefix="handler")
        uploads = ThreadPoolExecutor(_UPLOAD_THREADS, thread_name_prefix="upload")
        server = _Server(self._configuration(handlers, uploads), self._on_ready)
        with _stopped_by_signals(server):
            self._stack.start()
            self._schedules.start()
            if self._upkeep:
                self._upkeep.start()
            server.run(sockets=[bound])
            deadline = time.monotonic() + self._grace_s
            self._schedules.stop(timeout_s=0)
            self._stack.stop(grace_s=self._grace_s)
            self._schedules.stop(timeout_s=max(0.0, deadline - time.monotonic()))
            if self._upkeep:
                self._upkeep.stop()
            return _ended(handlers) and _ended(uploads)

    def _configuration(self, handlers: ThreadPoolExecutor, uploads: ThreadPoolExecutor) -> uvicorn.Config:
        return uvicorn.Config(
            self._stack.application(handlers, upload_pool=uploads),
            http=ImpatientProtocol,
            limit_concurrency=_MOST_CONNECTIONS,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=round(self._grace_s),
        )


def _ended(pool: ThreadPoolExecutor) -> bool:
    pool.shutdown(wait=False, cancel_futures=True)
    waiter = threading.Thread(target=pool.shutdown, daemon=True)
    waiter.start()
    waiter.join(1.0)
    return not waiter.is_alive()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    # uvicorn raises a caught signal again when it is done, which must find a handler that lets the process end in peace
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        yield
    finally:
        # a second signal must not cut short what its caller closes now
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
