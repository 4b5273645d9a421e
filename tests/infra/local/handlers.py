"""Tiny handlers that the local host's tests deploy."""

import json
import logging
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from infra.local.invoker import LambdaContext

Event = Mapping[str, Any]


class Ledger:
    """What the handlers of one test were given."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.counts: list[int] = []
        self.schedules: list[str] = []
        self.gate = threading.Event()
        self.running = 0
        self.most_running = 0
        self.lock = threading.Lock()

    def clear(self) -> None:
        """Forget all."""
        self.__init__()  # type: ignore[misc]  # the same object is what the handlers know


LEDGER = Ledger()


def echo(event: Event, context: LambdaContext) -> dict[str, Any]:
    """Answer with the event and what the context says."""
    told = {"event": event, "name": context.function_name, "left_ms": context.get_remaining_time_in_millis()}
    return {"statusCode": 200, "body": json.dumps(told), "cookies": ["a=1", "b=2"], "headers": {"x-test": "yes"}}


def specific(_event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Answer without a status code."""
    return {"answered_by": "specific"}


def broken(_event: Event, _context: LambdaContext) -> None:
    """Fail."""
    raise RuntimeError("a secret detail")


def slow(_event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Answer when the gate opens."""
    LEDGER.gate.wait(10)
    return {"statusCode": 200, "body": "{}"}


def record(event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Remember the batch; bodies that begin with ``fail`` fail, one that is ``raise`` takes the batch with it."""
    bodies = [entry["body"] for entry in event["Records"]]
    with LEDGER.lock:
        LEDGER.batches.append(bodies)
        LEDGER.counts.extend(int(entry["attributes"]["ApproximateReceiveCount"]) for entry in event["Records"])
    if "raise" in bodies:
        raise RuntimeError("the whole batch")
    failed = [entry["messageId"] for entry in event["Records"] if entry["body"].startswith("fail")]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def wait_at_gate(event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Hold the batch until the gate opens, counting how many are held at once."""
    with LEDGER.lock:
        LEDGER.running += 1
        LEDGER.most_running = max(LEDGER.most_running, LEDGER.running)
        LEDGER.batches.append([entry["body"] for entry in event["Records"]])
    LEDGER.gate.wait(10)
    with LEDGER.lock:
        LEDGER.running -= 1
    return {"batchItemFailures": []}


def on_schedule(event: Event, _context: LambdaContext) -> None:
    """Remember the run; take longer than the rate."""
    with LEDGER.lock:
        LEDGER.running += 1
        LEDGER.most_running = max(LEDGER.most_running, LEDGER.running)
        LEDGER.schedules.append(str(event["source"]))
    time.sleep(0.02)
    with LEDGER.lock:
        LEDGER.running -= 1


def failing_schedule(_event: Event, _context: LambdaContext) -> None:
    """Remember the run and fail."""
    LEDGER.schedules.append("failed")
    raise RuntimeError("on schedule")


_LOUD = logging.getLogger("tests.loud")
_LOUD.addHandler(logging.StreamHandler(sys.stdout))


def loud(_event: Event, _context: LambdaContext) -> dict[str, Any]:
    """Log as Lambda's functions do: to standard output."""
    _LOUD.warning("something happened")
    return {}
