"""One hearing worker: a spawned process that hears files and reads their tags, so that a broken file can take down nothing else.

Memory is bounded from the start. Once its embedder is made, the worker writes no file, leaves no core, opens few files, and spends
no more processor time on a file than its host waits for it. It ends at once when its host does, also over a file.
"""

import math
import os
import resource
import signal
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from embeddings.errors import EmbeddingError, Unhearable
from infra.tags import FileTags
from recommender.errors import Unavailable
from recommender.tracks import Metadata

if TYPE_CHECKING:  # numpy must not load in the worker before its thread limits are set
    from embeddings.audio import Heard

DATA_LIMIT_BYTES: Final = 1_500_000_000
OPEN_FILES: Final = 64
START_TIMEOUT_S: Final = 60.0
_THREAD_LIMITS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_SPAWN: Final = get_context("spawn")  # a forked child of a process with an open Edge index hangs


class FileHearer(Protocol):
    """Hear one file, as ``embeddings.audio.AudioEmbedder`` does."""

    def hear(self, source: Path) -> "Heard":
        """Return what is heard; raises ``Unhearable``."""
        ...


def audio_embedder(statistics: Path | None) -> Callable[[], FileHearer]:
    """Return what a worker calls once to make its embedder."""
    return partial(_embedder, statistics)


class HearingWorker:
    """The parent's end of one worker process.

    Parameters
    ----------
    make
        Called once in the worker; must be picklable.

    Raises
    ------
    ArtefactInvalid
        If the embedder cannot be made.
    Unavailable
        If the process does not come up.
    """

    def __init__(self, make: Callable[[], FileHearer]) -> None:
        self._connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_work, args=(theirs, make), name="hearing", daemon=True)
        self._process.start()
        theirs.close()
        try:
            self._answer(START_TIMEOUT_S, "the start of a hearing worker")
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._process.pid

    def hear(self, path: Path, *, timeout_s: float) -> "Heard":
        """Hear one file.

        Raises
        ------
        Unhearable
            If it can never be heard.
        Unavailable
            If the worker died, ran out of memory or took longer than ``timeout_s``: the worker is of no more use then.
        """
        heard: Heard = self._done("hear", path, timeout_s)
        return heard

    def tags(self, path: Path, *, timeout_s: float) -> Metadata:
        """Read one file's tags; raises ``Unavailable`` as ``hear`` does."""
        read: Metadata = self._done("tags", path, timeout_s)
        return read

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _done(self, task: str, path: Path, timeout_s: float) -> Any:
        try:
            self._connection.send((task, path, timeout_s))
        except OSError as error:
            raise Unavailable(f"the worker died before it came to {path.name!r}", code="worker_died") from error
        return self._answer(timeout_s, path.name)

    def _answer(self, timeout_s: float, what: str) -> Any:
        try:
            if not self._connection.poll(timeout_s):
                raise Unavailable(f"{what!r} took longer than {timeout_s:.0f} s", code="hearing_timeout")
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            raise Unavailable(f"the worker died over {what!r}", code="worker_died") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _embedder(statistics: Path | None) -> FileHearer:
    from embeddings.audio import AudioEmbedder  # noqa: PLC0415 - loads numpy, see above

    return AudioEmbedder(statistics)


def _work(connection: Connection, make: Callable[[], FileHearer]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the host decides what is still finished
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))
    os.nice(5)  # answers come before hearing
    threading.Thread(target=_end_with_host, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_LIMIT_BYTES, DATA_LIMIT_BYTES))
    try:
        hearer = make()
    except EmbeddingError as error:
        connection.send(error)
        return
    for kind, limit in ((resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, OPEN_FILES)):
        resource.setrlimit(kind, (limit, limit))
    tasks: dict[str, Callable[[Path], object]] = {"hear": hearer.hear, "tags": FileTags().tags}
    connection.send("ready")
    while True:
        try:
            task, path, timeout_s = connection.recv()
            _grant_processor(timeout_s)
            connection.send(_outcome(tasks[task], path))
        except (EOFError, OSError):  # the host is gone
            return


def _end_with_host() -> None:
    # Not PR_SET_PDEATHSIG: that watches the thread which spawned the worker, and the host's threads come and go.
    host = parent_process()
    if host is not None:
        wait([host.sentinel])
        os._exit(1)


def _grant_processor(seconds: float) -> None:
    """Let the kernel end this process after so many more seconds of processor time, whatever a decoder is doing by then."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(spent.ru_utime + spent.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _outcome(task: Callable[[Path], object], path: Path) -> object:
    try:
        return task(path)
    except Unhearable as error:
        return error
    except MemoryError:
        return Unavailable(f"{path.name!r} needs more than {DATA_LIMIT_BYTES // 10**6} MB to be heard", code="out_of_memory")
    except Exception as error:  # noqa: BLE001 - whatever a file provokes is told to the host, never the end of the worker
        return Unavailable(f"hearing {path.name!r} failed: {type(error).__name__}: {error}", code="hearing_failed")
