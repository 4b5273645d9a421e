"""Call a function's handler as Lambda does: imported once on first use, with an event and a context."""

import importlib
import logging
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.gateway_event import ACCOUNT, REGION
from infra.local.template import PlannedFunction

Handler = Callable[[Mapping[str, Any], "LambdaContext"], object]


@dataclass(frozen=True, kw_only=True)
class LambdaContext:
    """What a handler may ask about its own invocation; the names are Lambda's."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    identity: None = field(default=None, repr=False)
    client_context: None = field(default=None, repr=False)

    @property
    def invoked_function_arn(self) -> str:
        """Return an ARN in AWS's form."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Return the group's name in AWS's form."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function's time-out still leaves; the local host does not stop a function that overruns it."""
        return max(0, round((self.deadline - time.monotonic()) * 1000))


class Invoker:
    """Hold the handlers of this process."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._lock = threading.Lock()

    def invoke(self, function: PlannedFunction, event: Mapping[str, Any], *, request_id: str | None = None) -> Any:
        """Return the handler's answer; what it raises passes through."""
        return self.load(function)(event, self.context(function, request_id=request_id))

    def context(self, function: PlannedFunction, *, request_id: str | None = None) -> LambdaContext:
        """Return what the handler is told of this invocation."""
        return LambdaContext(
            function_name=function.name,
            memory_limit_in_mb=function.memory_mb,
            aws_request_id=request_id or str(uuid.uuid4()),
            deadline=time.monotonic() + function.timeout_s,
        )

    def load(self, function: PlannedFunction) -> Handler:
        """Return the function's handler, importing its module the first time."""
        handler = self._handlers.get(function.handler)
        if handler is None:
            with self._lock:
                handler = self._handlers.setdefault(function.handler, _imported(function.handler))
        return handler


def _imported(dotted: str) -> Handler:
    module, _, name = dotted.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    _log_to_stderr()
    return handler


def _log_to_stderr() -> None:
    # Lambda collects standard output; here it belongs to the command's own answer
    loggers = [logger for logger in logging.root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    for handler in (handler for logger in loggers for handler in logger.handlers):
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stdout:
            handler.setStream(sys.stderr)
