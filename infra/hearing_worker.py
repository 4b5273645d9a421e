"""One hearing worker: a spawned process that hears files on demand, so that a broken file can take down nothing else."""

import os
import resource
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from embeddings.errors import EmbeddingError, Unhearable
from recommender.errors import Unavailable

if TYPE_CHECKING:  # numpy must not load in the worker before its thread limits are set
    from embeddings.audio import Heard

DATA_LIMIT_BYTES: Final = 1_500_000_000
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
        try:
            self._connection.send(path)
        except OSError as error:
            raise Unavailable(f"the worker died before it heard {path.name!r}", code="worker_died") from error
        heard: Heard = self._answer(timeout_s, path.name)
        return heard

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._connection.close()

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
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_LIMIT_BYTES, DATA_LIMIT_BYTES))
    try:
        hearer = make()
    except EmbeddingError as error:
        connection.send(error)
        return
    connection.send("ready")
    while True:
        try:
            connection.send(_heard(hearer, connection.recv()))
        except (EOFError, OSError):  # the host is gone
            return


def _heard(hearer: FileHearer, path: Path) -> object:
    try:
        return hearer.hear(path)
    except Unhearable as error:
        return error
    except MemoryError:
        return Unavailable(f"{path.name!r} needs more than {DATA_LIMIT_BYTES // 10**6} MB to be heard", code="out_of_memory")
    except Exception as error:  # noqa: BLE001 - whatever a file provokes is told to the host, never the end of the worker
        return Unavailable(f"hearing {path.name!r} failed: {type(error).__name__}: {error}", code="hearing_failed")
