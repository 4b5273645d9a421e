"""The one shape of every error over HTTP: ``{"error": {"code", "message", "field"?}}``."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from events.fields import Outgoing
from recommender.errors import SegueError


class ErrorDetail(Outgoing):
    """What is wrong: a code for programs, a sentence for people, and the field at fault."""

    code: str
    message: str
    field: str | None = None


class ErrorAnswer(Outgoing):
    """An error."""

    error: ErrorDetail


def error_answer(code: str, message: str, field: str | None = None) -> dict[str, object]:
    """Return an error as JSON values; ``field`` is left out where there is none."""
    return ErrorAnswer(error=ErrorDetail(code=code, message=message, field=field)).model_dump(exclude_none=True)


def of_domain(error: SegueError) -> dict[str, object]:
    """Return a domain error as JSON values."""
    return error_answer(error.code, error.message, error.field)


def of_validation(errors: Sequence[Any]) -> dict[str, object]:
    """Return the first of pydantic's complaints as an error, with the field's path as the caller wrote it."""
    code, message, field = first_complaint(errors)
    return error_answer(code, message, field)


def first_complaint(errors: Sequence[Any]) -> tuple[str, str, str | None]:
    """Return code, message and field of the first complaint."""
    first = errors[0]
    path = [str(part) for part in first.get("loc", ()) if part not in ("body", "query", "path", "header", "asked", "said")]
    field = ".".join(path) or None
    given = first.get("input")
    shown = f": {given!r}"[:80] if isinstance(given, str | int | float | bool) else ""
    return str(first.get("type", "invalid")), f"{field or 'request'}: {first.get('msg', 'is not valid')}{shown}", field


def complaint_of(error: ValidationError) -> tuple[str, str]:
    """Return code and message of the first complaint of a validation of one entry."""
    code, message, _ = first_complaint(error.errors(include_url=False))
    return code, message
