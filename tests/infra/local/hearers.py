"""Tiny hearers for worker processes: what they do is written in the file they are given."""

import os
import time
from pathlib import Path

import numpy as np

from embeddings.audio import Heard
from embeddings.errors import ArtefactInvalid, Unhearable


class ObedientHearer:
    """Hear a text file: its text says what happens to the worker, and otherwise becomes the content hash."""

    def hear(self, source: Path) -> Heard:
        """Do what the file says."""
        order = source.read_text(encoding="utf-8")
        if order == "die":
            os._exit(9)
        if order == "hang":
            time.sleep(60)
        if order == "silence":
            raise Unhearable("silent", "nothing is heard")
        if order == "break":
            raise ZeroDivisionError("a bug")
        if order == "devour":
            np.ones(400_000_000)
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
