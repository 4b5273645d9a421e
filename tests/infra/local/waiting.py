"""Wait for what another thread is about to do."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


def eventually(holds: Callable[[], object], *, within_s: float = 10.0) -> None:
    """Return as soon as ``holds`` is true, and fail if it is not in time."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s")
        time.sleep(0.005)


NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
