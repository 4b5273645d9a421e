"""Count, time and gauge what happens: kept in this process for Prometheus, or written as lines that CloudWatch reads.

No label ever carries anything of a person or of a track: labels are names from the code (routes, queues, reasons, figures).
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from recommender.errors import InvalidInput

# A label that takes more values than this is not bounded by the code, whatever it seems; further ones are counted together.
MOST_VALUES: Final = 200
OTHER: Final = "other"


class Kind(StrEnum):
    """How a metric adds up."""

    COUNT = "count"
    SECONDS = "seconds"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: how it adds up, what tells its series apart, and what it says."""

    kind: Kind
    label_names: tuple[str, ...]
    says: str


METRICS: Final[Mapping[str, Metric]] = {
    "requests": Metric(Kind.COUNT, ("route", "outcome"), "HTTP requests answered, by class of status; 429 by itself."),
    "request_seconds": Metric(Kind.SECONDS, ("route",), "From event to answer in the function."),
    "gateway_errors": Metric(Kind.COUNT, (), "HTTP requests answered with 500 or more."),
    "faults": Metric(Kind.COUNT, ("code",), "Stores or services out of reach, by code: index_unavailable is Qdrant."),
    "degraded_answers": Metric(Kind.COUNT, (), "Pages that were answered with less than asked for, as something was out of reach."),
    "messages": Metric(Kind.COUNT, ("queue", "outcome"), "Messages given to a function: done or failed."),
    "unreadable_messages": Metric(Kind.COUNT, ("queue",), "Messages that no model of events/ understands."),
    "message_lag_seconds": Metric(Kind.SECONDS, ("queue",), "From accepting an event until its effect is visible."),
    "ingest_rejections": Metric(Kind.COUNT, ("reason",), "Uploads that can never be heard."),
    "trainings": Metric(Kind.COUNT, ("outcome",), "Trainings: published, refused or with too little to learn from."),
    "gate_refusals": Metric(Kind.COUNT, (), "Model versions that were trained and not good enough to serve."),
    "model_age_seconds": Metric(Kind.GAUGE, (), "Age of the collaborative version that serves."),
    "quality": Metric(Kind.GAUGE, ("figure",), "How the pages of the last day served as a whole."),
    "queue_messages": Metric(Kind.GAUGE, ("queue", "state"), "Messages waiting, in work, or dead."),
    "queue_oldest_seconds": Metric(Kind.GAUGE, ("queue",), "Age of the oldest message that waits."),
}

Labels = tuple[tuple[str, str], ...]


class Metrics(ABC):
    """Take what happened; each adapter keeps or writes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], set[str]] = {}

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a count."""
        self._take(name, Kind.COUNT, float(amount), labels)

    def time(self, name: str, seconds: float, **labels: str) -> None:
        """Note how long something took."""
        self._take(name, Kind.SECONDS, seconds, labels)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Note how much there is of something now."""
        self._take(name, Kind.GAUGE, value, labels)

    @abstractmethod
    def flush(self) -> None:
        """Write what has not been written; called at the end of each invocation."""

    @abstractmethod
    def text(self) -> str | None:
        """Return all that is kept in Prometheus' text format, ``None`` where nothing is kept."""

    @abstractmethod
    def _add(self, name: str, value: float, labels: Labels) -> None:
        """Keep one value; the lock is held."""

    def _take(self, name: str, kind: Kind, value: float, labels: Mapping[str, str]) -> None:
        metric = METRICS.get(name)
        if metric is None or metric.kind is not kind or set(labels) != set(metric.label_names):
            raise InvalidInput(f"there is no {kind.value} {name!r} with the labels {sorted(labels)}", code="unknown_metric")
        with self._lock:
            self._add(name, value, tuple((label, self._bounded(name, label, labels[label])) for label in metric.label_names))

    def _bounded(self, name: str, label: str, value: str) -> str:
        seen = self._seen.setdefault((name, label), set())
        if value not in seen and len(seen) >= MOST_VALUES:
            return OTHER
        seen.add(value)
        return value
