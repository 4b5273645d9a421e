"""Read template.yaml, the plan that Lambda and the local host share: functions, routes, queues and schedules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from recommender.errors import InvalidInput
from recommender.ports.queues import Queue

TEMPLATE: Final = Path(__file__).resolve().parents[2] / "template.yaml"
_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_LAMBDA_DEFAULTS: Final = {"Timeout": 3, "MemorySize": 128}
_SQS_DEFAULT_VISIBILITY_S: Final = 30


@dataclass(frozen=True, slots=True)
class Route:
    """A method (or ``ANY``) and a path of the HTTP API that a function answers; ``{proxy+}`` stands for any rest."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class QueueSource:
    """A queue that a function drains, and how many messages it is given at once."""

    queue: Queue
    batch_size: int
    partial_failures: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFunction:
    """One function of the plan.

    Attributes
    ----------
    name
        The resource's name, ``IngestTrackFunction``.
    handler
        Dotted path, ``functions.ingest_track.handler``.
    """

    name: str
    handler: str
    timeout_s: int
    memory_mb: int
    routes: tuple[Route, ...] = ()
    sources: tuple[QueueSource, ...] = ()
    schedules: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedQueue:
    """How long a received message stays hidden, and how often it is delivered before it is dead."""

    visibility_s: int
    max_receives: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is deployed."""

    functions: tuple[PlannedFunction, ...]
    queues: Mapping[Queue, PlannedQueue]

    def function(self, name: str) -> PlannedFunction | None:
        """Return the function of this name, ``None`` if there is none."""
        return next((function for function in self.functions if function.name == name), None)


def read_plan(path: Path = TEMPLATE) -> Plan:
    """Read the plan from a SAM template.

    Raises
    ------
    InvalidInput
        If the file is missing, or holds something that the local host cannot do, naming it.
    """
    template = read_template(path)
    defaults = {**_LAMBDA_DEFAULTS, **template.get("Globals", {}).get("Function", {})}
    resources: dict[str, Any] = template["Resources"]
    functions = tuple(
        _function(name, {**defaults, **resource["Properties"]})
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Serverless::Function"
    )
    queues = {
        queue: _queue(name, resource.get("Properties", {}))
        for name, resource in resources.items()
        if resource["Type"] == "AWS::SQS::Queue" and (queue := _queue_named(name))
    }
    return Plan(functions, queues)


def read_template(path: Path = TEMPLATE) -> dict[str, Any]:
    """Return the template as it is written, with intrinsic functions in CloudFormation's long form.

    Raises
    ------
    InvalidInput
        If the file is missing.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"the plan {str(path)!r} cannot be read: {error.strerror}", code="no_template") from error
    template: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader that also keeps intrinsic functions as mappings
    return template


class _Loader(yaml.SafeLoader):
    """A safe loader that keeps CloudFormation's ``!Ref`` and ``!Name`` as ``{"Ref": ...}`` and ``{"Fn::Name": ...}``."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: object
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def _function(name: str, properties: Mapping[str, Any]) -> PlannedFunction:
    command = properties.get("ImageConfig", {}).get("Command", [None])[0]
    handler = properties.get("Handler") or command
    if not handler:
        raise InvalidInput(f"{name} names no handler", code="invalid_template")
    events = [(event["Type"], event.get("Properties", {})) for event in properties.get("Events", {}).values()]
    return PlannedFunction(
        name=name,
        handler=handler,
        timeout_s=int(properties["Timeout"]),
        memory_mb=int(properties["MemorySize"]),
        routes=tuple(Route(event["Method"].upper(), event["Path"]) for kind, event in events if kind == "HttpApi"),
        sources=tuple(_source(event) for kind, event in events if kind == "SQS"),
        schedules=tuple(_rate(name, event["Schedule"]) for kind, event in events if kind == "Schedule"),
    )


def _source(event: Mapping[str, Any]) -> QueueSource:
    reference = event["Queue"]
    target = reference.get("Fn::GetAtt") or reference.get("Ref") or ""
    logical_id = target[0] if isinstance(target, list) else target.split(".")[0]
    queue = _queue_named(logical_id)
    if queue is None:
        raise InvalidInput(f"{reference!r} names no queue of this engine", code="invalid_template")
    partial = "ReportBatchItemFailures" in event.get("FunctionResponseTypes", [])
    return QueueSource(queue, int(event.get("BatchSize", 10)), partial)


def _queue_named(logical_id: str) -> Queue | None:
    word = logical_id.removesuffix("Queue").lower()
    return Queue(word) if word in set(Queue) else None


def _queue(name: str, properties: Mapping[str, Any]) -> PlannedQueue:
    policy = properties.get("RedrivePolicy", {})
    if "maxReceiveCount" not in policy:
        raise InvalidInput(f"{name} names no maxReceiveCount", code="invalid_template")
    return PlannedQueue(int(properties.get("VisibilityTimeout", _SQS_DEFAULT_VISIBILITY_S)), int(policy["maxReceiveCount"]))


def _rate(name: str, schedule: str) -> timedelta:
    match = _RATE.fullmatch(schedule)
    if not match:
        raise InvalidInput(f"{name} has the schedule {schedule!r}; the local host understands rate(...) alone", code="invalid_template")
    return timedelta(**{f"{match[2]}s": int(match[1])})
