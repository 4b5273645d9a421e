"""Hearers: in this process, or in a pool of worker processes that a broken file cannot take down."""

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from infra.hearing_worker import FileHearer, HearingWorker, audio_embedder
from recommender.errors import Unavailable
from recommender.tracks import Metadata

if TYPE_CHECKING:  # numpy loads when the first file is heard
    from embeddings.audio import AudioEmbedder, Heard


class InProcessHearer:
    """Hear in the calling process, as a Lambda of its own does."""

    def __init__(self, statistics: Path | None = None) -> None:
        self._statistics = statistics

    @property
    def version(self) -> str:
        """The extractor version that every vector of this hearer carries."""
        return self._embedder.version

    @cached_property
    def statistics(self) -> bytes:
        """The content of the statistics file of that version."""
        from embeddings.audio.statistics import SHIPPED  # noqa: PLC0415 - loads numpy

        return (self._statistics or SHIPPED).read_bytes()

    def hear(self, path: Path) -> "Heard":
        """Hear one file; raises ``Unhearable`` if it can never be heard."""
        return self._embedder.hear(path)

    @cached_property
    def _embedder(self) -> "AudioEmbedder":
        from embeddings.audio import AudioEmbedder  # noqa: PLC0415 - loads numpy

        return AudioEmbedder(self._statistics)


class HearingPool:
    """Hear, and read tags, in up to ``workers`` spawned processes; safe to call from as many threads, more of them wait for a free worker.

    A worker that dies or outlasts ``timeout_s`` costs the file it had in hand an ``Unavailable``; the other workers go on, and a new
    one takes its place with the next file.

    Parameters
    ----------
    make
        What a worker calls once to make its embedder, where it is not the audio embedder of these statistics.
    """

    def __init__(
        self, workers: int, *, timeout_s: float, statistics: Path | None = None, make: Callable[[], FileHearer] | None = None
    ) -> None:
        self._timeout_s, self._statistics = timeout_s, statistics
        self._make = make or audio_embedder(statistics)
        self._free: queue.LifoQueue[HearingWorker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._free.put(None)
        self._all: set[HearingWorker] = set()
        self._lock = threading.Lock()
        self._closed = False

    @cached_property
    def version(self) -> str:
        """The extractor version that every vector of this hearer carries."""
        return InProcessHearer(self._statistics).version

    @cached_property
    def statistics(self) -> bytes:
        """The content of the statistics file of that version."""
        return InProcessHearer(self._statistics).statistics

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that are up."""
        with self._lock:
            return sorted(worker.pid for worker in self._all if worker.pid is not None)

    def hear(self, path: Path) -> "Heard":
        """Hear one file in a worker.

        Raises
        ------
        Unhearable
            If it can never be heard.
        Unavailable
            If the worker died over it, it took too long, or the pool is closed.
        """
        with self._lent() as worker:
            return worker.hear(path, timeout_s=self._timeout_s)

    def tags(self, path: Path) -> Metadata:
        """Read one file's tags in a worker; raises ``Unavailable`` as ``hear`` does."""
        with self._lent() as worker:
            return worker.tags(path, timeout_s=self._timeout_s)

    def close(self) -> None:
        """End all workers; files in their hands become ``Unavailable``."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            self._discard(worker)

    @contextlib.contextmanager
    def _lent(self) -> Iterator[HearingWorker]:
        worker = self._free.get()
        try:
            worker = worker or self._new_worker()
            yield worker
        except Unavailable:
            if worker is not None:
                self._discard(worker)
                worker = None
            raise
        finally:
            self._free.put(worker)

    def _new_worker(self) -> HearingWorker:
        if self._closed:
            raise Unavailable("the hearing pool is closed", code="pool_closed")
        worker = HearingWorker(self._make)
        with self._lock:
            self._all.add(worker)
        return worker

    def _discard(self, worker: HearingWorker) -> None:
        with self._lock:
            known = worker in self._all
            self._all.discard(worker)
        if known:
            with contextlib.suppress(OSError):
                worker.close()
