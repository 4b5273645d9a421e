"""Limits: a token bucket for each caller, so that none takes more than its share."""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from recommender.errors import TooMany

# The buckets of callers that came longest ago are forgotten, which fills them.
_KEPT: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """Take tokens for a call from the caller's bucket, which fills at a steady rate up to its burst (RFC 2697 has the idea).

    Each process has buckets of its own: on one machine they are exact; where several processes serve, a caller has its share of each,
    and the API's own throttling bounds the whole.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str, *, per_second: float, burst: int, now: float, cost: float = 1.0) -> None:
        """Take a call's tokens.

        Parameters
        ----------
        now
            Seconds of a clock that never goes back.
        cost
            How many; a call that costs more than the burst takes a full bucket.

        Raises
        ------
        TooMany
            If the bucket is empty, with the seconds until it is not.
        """
        with self._lock:
            bucket = self._buckets.setdefault(caller, _Bucket(float(burst), now))
            self._buckets.move_to_end(caller)
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
            bucket.left = min(float(burst), bucket.left + max(0.0, now - bucket.at) * per_second)
            bucket.at = now
            asked = min(float(burst), cost)
            if bucket.left >= asked:
                bucket.left -= asked
                return
            wait = max(1, math.ceil((asked - bucket.left) / per_second))
        raise TooMany(f"more than {per_second:g} calls a second, {burst} at once: ask again in {wait} s", retry_after_s=wait)
