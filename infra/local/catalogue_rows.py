"""Read a catalogue without audio, CSV or JSON lines, row by row; a bad row is told and stops no other."""

import ast
import csv
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from recommender.errors import InvalidInput

_SEPARATORS: Final = ("|", ";")
_TRUE: Final = frozenset({"1", "true", "yes", "y", "t"})
_FALSE: Final = frozenset({"0", "false", "no", "n", "f"})
_NAMES: Final = {
    "track_id": ("track_id", "id"),
    "title": ("title", "name"),
    "artists": ("artists", "artist"),
    "album": ("album",),
    "genres": ("genres", "genre"),
    "tags": ("tags",),
    "year": ("year", "release_date"),
    "duration_ms": ("duration_ms",),
    "explicit": ("explicit",),
    "popularity": ("popularity",),
    "markets": ("markets",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the entry as ``POST /tracks`` takes it, or why it is not one."""

    line: int
    entry: Mapping[str, Any] | None
    error: str | None = None


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of a file, by its ending; UTF-8, with or without a byte order mark.

    Raises
    ------
    InvalidInput
        If the file is not UTF-8, or a CSV file has no column for the track's id, naming it.
    """
    try:
        yield from _csv(path) if path.suffix.lower() == ".csv" else _json_lines(path)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{str(path)!r} is not UTF-8: {error.reason} at byte {error.start}", code="not_utf8") from error


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        columns = [column.strip().lower() for column in reader.fieldnames or ()]
        if not {"track_id", "id"} & set(columns):
            raise InvalidInput(
                f"{str(path)!r} has no column track_id or id, but {', '.join(columns) or 'none at all'}", code="no_id_column"
            )
        reader.fieldnames = columns
        rows = iter(reader)
        while True:
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(reader.line_num, None, f"not CSV: {error}")
            else:
                yield _row(reader.line_num, {name: cell for name, cell in cells.items() if isinstance(name, str)})


def _json_lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                told = json.loads(line, parse_constant=_refuse)
            except ValueError as error:
                yield Row(number, None, f"not JSON: {getattr(error, 'msg', error)}")
                continue
            except RecursionError:
                yield Row(number, None, f"nested too deep: {line.strip()[:40]}")
                continue
            yield _row(number, told) if isinstance(told, dict) else Row(number, None, f"not an object: {line.strip()[:40]}")


def _row(line: int, told: Mapping[str, Any]) -> Row:
    entry: dict[str, Any] = {}
    for name, columns in _NAMES.items():
        value = next((told[column] for column in columns if told.get(column) not in (None, "")), None)
        if value is None:
            continue
        try:
            entry[name] = _READERS.get(name, _text)(value)
        except (ValueError, TypeError, OverflowError):
            return Row(line, None, f"{name}: {value!r} cannot be understood")
    return Row(line, entry) if "track_id" in entry else Row(line, None, "there is no track_id")


def _text(value: object) -> str:
    text = str(value).strip()
    text.encode()  # half a surrogate pair, as JSON may hold, is no text
    return text


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no number"
    raise ValueError(message)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            return _texts(_listed(text))
        separator = next((mark for mark in _SEPARATORS if mark in text), None)
        return [_text(part) for part in text.split(separator) if part.strip()] if separator else [_text(text)]
    if isinstance(value, list):
        return [_text(part) for part in value]
    raise TypeError(value)


def _listed(text: str) -> object:
    """Return the list that a cell holds, in JSON or as Python prints one, which many published catalogues do."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        try:
            return ast.literal_eval(text)
        except (SyntaxError, MemoryError, RecursionError) as error:
            raise ValueError(text) from error


def _whole(value: object) -> int:
    return round(float(str(value)))


def _number(value: object) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _year(value: object) -> int:
    return int(str(value).strip()[:4])


def _truth(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(value)
    return word in _TRUE


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "artists": _texts,
    "genres": _texts,
    "tags": _texts,
    "markets": _texts,
    "year": _year,
    "duration_ms": _whole,
    "explicit": _truth,
    "popularity": _number,
}
