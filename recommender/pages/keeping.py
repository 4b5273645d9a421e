"""Keep in memory for a while what is dear to read and the same for everybody."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from recommender.errors import Unavailable

T = TypeVar("T")


class Kept(Generic[T]):
    """Read anew once what was read is older than ``lasting``; whoever comes while another reads takes the former value."""

    def __init__(self, read: Callable[[datetime], T], *, lasting: timedelta) -> None:
        self._read = read
        self._lasting = lasting
        self._reading = threading.Lock()
        self._held: tuple[datetime, T] | None = None

    @property
    def last(self) -> T | None:
        """What was read last, however old it is."""
        return self._held[1] if self._held else None

    def at(self, now: datetime) -> T:
        """Return what was read lately.

        Raises
        ------
        Unavailable
            If it has to be read and cannot be, and nothing was read before.
        """
        held = self._held
        if held is not None and abs(now - held[0]) < self._lasting:
            return held[1]
        if held is not None and not self._reading.acquire(blocking=False):
            return held[1]
        if held is None:
            self._reading.acquire()
        try:
            return self._renewed(now)
        finally:
            self._reading.release()

    def _renewed(self, now: datetime) -> T:
        held = self._held
        if held is not None and abs(now - held[0]) < self._lasting:
            return held[1]
        try:
            fresh = self._read(now)
        except Unavailable:
            if held is None:
                raise
            return held[1]
        self._held = (now, fresh)
        return fresh
