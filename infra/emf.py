"""Metrics as lines in CloudWatch's embedded metric format: Lambda's log is the only connection that is needed."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any, Final, TextIO

from infra.metrics import METRICS, Kind, Labels, Metrics

_UNITS: Final = {Kind.COUNT: "Count", Kind.SECONDS: "Seconds", Kind.GAUGE: "None"}
# The format allows so many values of one metric in a line.
_MOST_VALUES: Final = 100


class EmfMetrics(Metrics):
    """Hold values until the end of the invocation and write them a line a series.

    Counts and times are told by their labels and as a whole, so that an alarm can watch the whole; a gauge of a label stands by itself.

    Parameters
    ----------
    stream
        Where the lines go, standard output when left out (looked up at each flush: runtimes exchange it).
    """

    def __init__(self, namespace: str, *, stream: TextIO | None = None, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self._namespace, self._stream, self._clock = namespace, stream, clock
        self._held: dict[tuple[str, Labels], list[float]] = {}

    def flush(self) -> None:
        """Write all lines of this invocation."""
        with self._lock:
            held, self._held = self._held, {}
        if held:
            stream = self._stream or sys.stdout
            stream.write("".join(f"{json.dumps(line)}\n" for key, values in held.items() for line in self._lines(*key, values)))
            stream.flush()

    def text(self) -> None:
        """Nothing is kept here: CloudWatch has it."""

    def _add(self, name: str, value: float, labels: Labels) -> None:
        values = self._held.setdefault((name, labels), [])
        if METRICS[name].kind is Kind.SECONDS:
            values.append(value)
        else:
            values[:] = [value + sum(values) if METRICS[name].kind is Kind.COUNT else value]

    def _lines(self, name: str, labels: Labels, values: list[float]) -> list[dict[str, Any]]:
        kind = METRICS[name].kind
        dimensions = [[label for label, _ in labels], *([[]] if labels and kind is not Kind.GAUGE else [])]
        directive = {
            "Namespace": self._namespace,
            "Dimensions": dimensions,
            "Metrics": [{"Name": name, "Unit": _UNITS[kind]}],
        }
        about = {"_aws": {"Timestamp": round(self._clock() * 1000), "CloudWatchMetrics": [directive]}, **dict(labels)}
        parts = [values[start : start + _MOST_VALUES] for start in range(0, len(values), _MOST_VALUES)]
        return [{**about, name: part if len(part) > 1 else part[0]} for part in parts]
