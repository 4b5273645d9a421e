"""DynamoDB's attribute values: text, numbers, bytes and sets of text, each with its type's letter."""

from collections.abc import Mapping
from typing import Any, Final

Value = str | int | float | bytes | frozenset[str]
Item = Mapping[str, Value]
Wire = dict[str, dict[str, Any]]

_NUMBER: Final = "N"


def to_wire(item: Mapping[str, Value | None]) -> Wire:
    """Return attributes as DynamoDB takes them; what is ``None`` is left out."""
    return {name: _typed(value) for name, value in item.items() if value is not None}


def from_wire(wire: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return attributes as plain values; whole numbers are ``int``."""
    return {name: _plain(*next(iter(typed.items()))) for name, typed in wire.items()}


def _typed(value: Value) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, frozenset):
        return {"SS": sorted(value)}
    return {_NUMBER: repr(value)}


def _plain(letter: str, value: Any) -> Any:
    if letter == _NUMBER:
        return float(value) if any(sign in value for sign in ".eE") else int(value)
    if letter == "SS":
        return frozenset(value)
    return bytes(value) if letter == "B" else value
