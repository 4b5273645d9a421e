"""Metrics kept in this process, and their text for Prometheus."""

import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from infra.metrics import METRICS, Kind, Labels, Metrics

PREFIX: Final = "segue_"
BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, math.inf)
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
_TYPES: Final = {Kind.COUNT: "counter", Kind.SECONDS: "histogram", Kind.GAUGE: "gauge"}


@dataclass(slots=True)
class _Series:
    value: float = 0.0
    counts: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))


class PrometheusMetrics(Metrics):
    """Keep counts, histograms and the last gauges for as long as the process lives."""

    def __init__(self) -> None:
        super().__init__()
        self._series: dict[str, dict[Labels, _Series]] = {}

    def flush(self) -> None:
        """Nothing waits to be written."""

    def text(self) -> str:
        """Return all series, the metrics in the order of their table."""
        with self._lock:
            return "".join(f"{line}\n" for name in METRICS if name in self._series for line in self._lines(name))

    def _add(self, name: str, value: float, labels: Labels) -> None:
        series = self._series.setdefault(name, {}).setdefault(labels, _Series())
        kind = METRICS[name].kind
        series.value = value if kind is Kind.GAUGE else series.value + value
        if kind is Kind.SECONDS:
            series.counts[bisect_left(BOUNDS, value)] += 1

    def _lines(self, name: str) -> Iterator[str]:
        metric = METRICS[name]
        shown = f"{PREFIX}{name}_total" if metric.kind is Kind.COUNT else f"{PREFIX}{name}"
        yield f"# HELP {shown} {metric.says}"
        yield f"# TYPE {shown} {_TYPES[metric.kind]}"
        for labels, series in sorted(self._series[name].items()):
            if metric.kind is Kind.SECONDS:
                yield from _histogram(shown, labels, series)
            else:
                yield f"{shown}{_braced(labels)} {_number(series.value)}"


def _histogram(shown: str, labels: Labels, series: _Series) -> Iterator[str]:
    total = 0
    for bound, count in zip(BOUNDS, series.counts, strict=True):
        total += count
        yield f"{shown}_bucket{_braced((*labels, ('le', _number(bound))))} {total}"
    yield f"{shown}_sum{_braced(labels)} {_number(series.value)}"
    yield f"{shown}_count{_braced(labels)} {total}"


def _braced(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in labels) + "}" if labels else ""


def _number(value: float) -> str:
    return "+Inf" if math.isinf(value) else f"{value:.10g}"
