"""The kinds of field that several messages share: ids, names, years, times."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from recommender.identity import LEGIBLE, is_legible


def _printable(value: str) -> str:
    if not is_legible(value):
        message = f"must be printable, without spaces at its ends: {value[:40]!r}"
        raise ValueError(message)
    return value


def _utc(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        message = f"is outside of the years 1 to 9999 in UTC: {value.isoformat()}"
        raise ValueError(message) from error


def _dated(value: object) -> object:
    if not isinstance(value, datetime) and not (isinstance(value, str) and _DATE.match(value)):
        message = f"must be a time of RFC 3339, as 2026-06-01T12:00:00Z: {str(value)[:40]!r}"
        raise ValueError(message)
    return value


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_DATE = re.compile(r"\d{4}-\d\d-\d\d")
# Of a name, whose spaces at the ends do not count.
FILLED = r"\S"
# JSON knows one kind of number, so 5.0 is as whole as 5.
WHOLE = BeforeValidator(_whole)
Id = Annotated[
    str,
    StringConstraints(min_length=1, max_length=128),
    AfterValidator(_printable),
    Field(json_schema_extra={"pattern": LEGIBLE}),
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True), Field(json_schema_extra={"pattern": FILLED})]
Names = Annotated[list[Name], Field(max_length=100)]
Year = Annotated[int, Field(ge=1000, le=2200), WHOLE]
Milliseconds = Annotated[int, Field(ge=0, le=7 * 24 * 3600 * 1000), WHOLE]
Market = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
Utc = Annotated[datetime, Field(strict=False), BeforeValidator(_dated), AfterValidator(_utc)]


class Incoming(BaseModel):
    """A message from outside: unknown fields are refused by name, so that a misspelt one is not lost in silence, and so are other types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Outgoing(BaseModel):
    """A message to outside."""

    model_config = ConfigDict(frozen=True)
