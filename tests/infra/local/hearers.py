"""Tiny hearers for worker processes: what they do is written in the file they are given."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from embeddings.audio import Heard
from embeddings.errors import ArtefactInvalid, Unhearable


def _die(_source: Path) -> None:
    os._exit(9)


def _crash(_source: Path) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _spin(_source: Path) -> None:
    while True:
        pass


def _hang(_source: Path) -> None:
    time.sleep(60)


def _refuse(_source: Path) -> None:
    raise Unhearable("silent", "nothing is heard")


def _break(_source: Path) -> None:
    raise ZeroDivisionError("a bug")


def _devour(_source: Path) -> int:
    return len(np.ones(400_000_000))


def _write(source: Path) -> int:
    return source.with_suffix(".copy").write_text("a copy", encoding="utf-8")


def _hoard(source: Path) -> int:
    return len([source.open(encoding="utf-8") for _ in range(200)])


_DEEDS: Mapping[str, Callable[[Path], object]] = {
    "die": _die,
    "crash": _crash,
    "spin": _spin,
    "hang": _hang,
    "silence": _refuse,
    "break": _break,
    "devour": _devour,
    "write": _write,
    "hoard": _hoard,
}


class ObedientHearer:
    """Hear a text file: its text says what happens to the worker, and otherwise becomes the content hash."""

    def hear(self, source: Path) -> Heard:
        """Do what the file says."""
        order = source.read_text(encoding="utf-8")
        order = str(_DEEDS[order](source)) if order in _DEEDS else order
        return Heard(
            vector=np.full(144, 1 / 12, np.float32),
            raw=np.zeros(1472, np.float32),
            attributes={"worker": float(os.getpid())},
            duration_ms=1000,
            content_hash=order,
            sample_rate=22_050,
            channels=1,
            version="obedient",
        )


def without_statistics() -> ObedientHearer:
    """Fail to be made."""
    raise ArtefactInvalid("statistics.npz: No such file or directory")
