"""The kinds of field that several messages share: ids, names, years, times."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints


def _printable(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        message = f"must be printable, without spaces at its ends: {value[:40]!r}"
        raise ValueError(message)
    return value


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[str, StringConstraints(min_length=1, max_length=128), AfterValidator(_printable)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Names = Annotated[list[Name], Field(max_length=100)]
Year = Annotated[int, Field(ge=1000, le=2200)]
Milliseconds = Annotated[int, Field(ge=0, le=7 * 24 * 3600 * 1000)]
Market = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$")]
Utc = Annotated[datetime, AfterValidator(_utc)]


class Incoming(BaseModel):
    """A message from outside: unknown fields are refused by name, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outgoing(BaseModel):
    """A message to outside."""

    model_config = ConfigDict(frozen=True)
