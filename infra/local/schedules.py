"""Run functions at their rate: a small scheduler that remembers over restarts when each last ran."""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from infra.local.invoker import Invoker
from infra.local.queue_event import schedule_event
from infra.local.template import Plan, PlannedFunction

_LOOK_S: Final = 2.0
FIRST_DELAY: Final = timedelta(seconds=60)
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    function: PlannedFunction
    rate: timedelta


class Schedules:
    """Run each scheduled function in a thread of its own, so that it never overlaps itself.

    Parameters
    ----------
    ledger
        File that remembers the last runs; a host restarted within the rate does not run the function again.
    first_delay
        How long after the start a function that is overdue runs at the earliest.
    asked
        What a function was asked for beside its schedule, as a text that changes with every further asking; ``""`` for nothing. It then
        runs within seconds, once for each asking.
    """

    def __init__(
        self,
        plan: Plan,
        invoker: Invoker,
        *,
        ledger: Path,
        first_delay: timedelta = FIRST_DELAY,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        asked: Callable[[PlannedFunction], str] = lambda _: "",
    ) -> None:
        self._invoker, self._ledger, self._first_delay, self._now, self._asked = invoker, ledger, first_delay, now, asked
        self._entries = [
            _Entry(f"{function.name}-{number}", function, rate)
            for function in plan.functions
            for number, rate in enumerate(function.schedules)
        ]
        self._stopping = threading.Event()
        self._writing = threading.Lock()
        self._last = _read(ledger)
        self._threads = [threading.Thread(target=self._run, args=(entry,), name=entry.key, daemon=True) for entry in self._entries]

    def start(self) -> None:
        """Begin to wait for the first runs."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout_s: float) -> None:
        """Begin no more runs and wait for those under way, for ``timeout_s`` together."""
        self._stopping.set()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, entry: _Entry) -> None:
        last = self._last.get(entry.key)
        wait = self._first_delay if last is None else max(self._first_delay, self._left(entry, last))
        answered = ""
        while not self._rest(entry, wait.total_seconds(), answered):
            answered = self._asked(entry.function)
            started = self._now()
            self._invoke(entry, started)
            self._remember(entry.key, started)
            wait = self._left(entry, started)

    def _left(self, entry: _Entry, last: datetime) -> timedelta:
        """Return how long it is until the next run: never more than the rate, or a clock that was turned back would stop the schedule."""
        return min(entry.rate, max(timedelta(0), last + entry.rate - self._now()))

    def _rest(self, entry: _Entry, seconds: float, answered: str) -> bool:
        """Wait until an entry is due, or is asked for something that was not answered; return whether to end instead."""
        until = time.monotonic() + seconds
        while not self._stopping.wait(max(0.0, min(_LOOK_S, until - time.monotonic()))):
            if time.monotonic() >= until or self._asked(entry.function) not in ("", answered):
                return False
        return True

    def _invoke(self, entry: _Entry, started: datetime) -> None:
        try:
            self._invoker.invoke(entry.function, schedule_event(entry.key, event_id=str(uuid.uuid4()), now=started))
        except Exception:  # noqa: BLE001 - as with EventBridge: a failed run is reported and the next one comes at its time
            _LOG.exception("%s failed on its schedule", entry.function.name)

    def _remember(self, key: str, moment: datetime) -> None:
        with self._writing:
            self._last[key] = moment
            fresh = self._ledger.with_suffix(".new")
            fresh.write_text(json.dumps({name: run.isoformat() for name, run in self._last.items()}), encoding="utf-8")
            fresh.replace(self._ledger)


def _read(ledger: Path) -> dict[str, datetime]:
    try:
        stored = json.loads(ledger.read_text(encoding="utf-8"))
        return {name: datetime.fromisoformat(run) for name, run in stored.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError) as error:
        # Forgetting the last runs costs a run that comes early; refusing to serve would cost everything.
        _LOG.warning("%s cannot be read, so everything is taken for overdue: %s", ledger, error)
        return {}
