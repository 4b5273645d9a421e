"""What is told of every invocation: a log with correlation ids and without personal data, and its metrics at the end."""

import logging
import os
import sqlite3
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from infra.snapshot import around_snapshot
from infra.tracing import trace_of
from infra.wiring import app
from recommender.errors import SegueError, Unavailable

logger: Final = Logger(service="segue")
_FRAMES: Final = 6

around_snapshot(os.environ)
# At DEBUG powertools logs the arguments of calls and the content of messages.
logging.getLogger("aws_lambda_powertools").setLevel(logging.INFO)


@contextmanager
def observed(context: LambdaContext | None, *, carriers: Mapping[str, str] | None = None, **keys: str) -> Iterator[None]:
    """Give every line of this invocation's log its ids, and write its metrics when it ends, however it ends.

    Parameters
    ----------
    carriers
        Headers or attributes that may carry a trace's id; Lambda's own is in the environment.
    """
    trace_id = trace_of({**os.environ, **(carriers or {})})
    ids = {"request_id": context.aws_request_id, "function": context.function_name, **keys} if context else keys
    logger.thread_safe_append_keys(**ids, **({"trace_id": trace_id} if trace_id else {}))
    try:
        yield
    finally:
        logger.thread_safe_clear_keys()
        app().metrics.flush()


def log_fault(said: str, fault: BaseException, **keys: object) -> None:
    """Log what failed and where, and count a store that is out of reach.

    Messages of exceptions are left out: they carry the values at fault, and those may be of a person.
    """
    if isinstance(fault, Unavailable):
        app().metrics.count("faults", code=fault.code)
    told: dict[str, Any] = {**keys, **told_of(fault)}
    logger.error(said, **told)


def told_of(fault: BaseException) -> dict[str, Any]:
    """Return what may be logged of an exception: its kind, its code, what it came from, and the lines it passed."""
    told: dict[str, Any] = {"kind": type(fault).__name__, "where": _frames(fault)}
    if isinstance(fault, SegueError):
        told["code"] = fault.code
    elif isinstance(fault, ValidationError):
        told["complaints"] = [_complaint(one["loc"], one["type"]) for one in fault.errors(include_input=False, include_url=False)[:5]]
    elif isinstance(fault, OSError):
        told["code"] = fault.strerror
    elif isinstance(fault, sqlite3.Error):
        told["code"] = getattr(fault, "sqlite_errorname", None)
    if fault.__cause__ is not None:
        told["cause"] = type(fault.__cause__).__name__
    return told


def _frames(fault: BaseException) -> list[str]:
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES:]
    return [f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _complaint(loc: tuple[int | str, ...], kind: str) -> str:
    # a field that is not declared has the name that its sender gave it
    named = (*loc[:-1], "?") if kind == "extra_forbidden" else loc
    return f"{'.'.join('#' if isinstance(part, int) else part for part in named)}: {kind}"
