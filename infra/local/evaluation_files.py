"""Read what is evaluated on: a folder of three splits, or a log of acts with their times, each with what is known of the tracks."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from recommender.errors import InvalidInput
from recommender.evaluation.dataset import Dataset, of_log, of_split
from recommender.evaluation.listening import read_split
from recommender.interactions import Interaction, Kind, derived_id
from recommender.tracks import Metadata

FILES: Final = ("train.txt", "valid.txt", "test.txt")
# What a folder of three splits is asked at: it has no times.
_MOMENT: Final = datetime(2020, 1, 1, tzinfo=UTC)
_COLUMNS: Final = {
    "user": ("user", "user_id"),
    "track": ("track", "track_id", "item_id", "item"),
    "at": ("at", "timestamp", "time"),
    "kind": ("kind",),
    "heard": ("share",),
}


def dataset_in(place: Path, *, items: Path | None) -> Dataset:
    """Read a folder with train.txt, valid.txt and test.txt, or a CSV or JSONL log with ``user``, ``track``, ``at`` and, if told, ``kind``.

    Parameters
    ----------
    items
        CSV with ``item_id``, ``name``, ``tags`` (``tag:count|tag:count|…``); ``items.csv`` in the folder where it is left out.

    Raises
    ------
    InvalidInput
        Naming the file, and the line that cannot be read.
    """
    if place.is_dir():
        missing = [name for name in FILES if not (place / name).is_file()]
        if missing:
            raise InvalidInput(f"{str(place)!r} has no {', '.join(missing)}", code="no_split")
        beside = place / "items.csv"
        known = _items(items or (beside if beside.is_file() else None))
        return of_split(read_split(*((place / name).read_text(encoding="utf-8").splitlines() for name in FILES)), known, now=_MOMENT)
    return of_log([_act(row, f"{place.name}, line {line}") for line, row in _rows(place)], _items(items))


def _items(path: Path | None) -> Mapping[str, Metadata]:
    """Return what is known of tracks; how often a track was tagged in all, as a logarithm, is taken for its popularity."""
    if path is None:
        return {}
    rows = [(row, _tags(row.get("tags") or "", f"{path.name}, line {line}")) for line, row in _rows(path)]
    loud = {str(row["item_id"]): float(np.log1p(sum(counts.values()))) for row, counts in rows}
    loudest = max(loud.values(), default=0.0) or 1.0
    return {
        (name := str(row["item_id"])): Metadata(
            title=row.get("name") or name,
            artists=(row["name"],) if row.get("name") else (),
            tags=_commonest_first(counts),
            popularity=100.0 * loud[name] / loudest,
        )
        for row, counts in rows
    }


def _tags(text: str, place: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    for told in filter(None, text.split("|")):
        tag, colon, count = told.rpartition(":")
        try:
            counts[tag if colon else told] = float(count) if colon else 1.0
        except ValueError as error:
            raise InvalidInput(f"{place}: {told!r} is not a tag with a count", code="bad_items") from error
    return counts


def _commonest_first(counts: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda tag: (-counts[tag], tag)))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() == ".csv":
            yield from enumerate(csv.DictReader(file), 2)
            return
        for line, text in enumerate(file, 1):
            if text.strip():
                try:
                    yield line, dict(json.loads(text))
                except (ValueError, TypeError) as error:
                    raise InvalidInput(f"{path.name}, line {line}: {text.strip()[:80]!r} is no JSON object", code="bad_log") from error


def _act(row: Mapping[str, Any], place: str) -> Interaction:
    told = {
        name: next((row[column] for column in columns if row.get(column) not in (None, "")), None) for name, columns in _COLUMNS.items()
    }
    missing = [name for name in ("user", "track", "at") if told[name] is None]
    if missing:
        raise InvalidInput(f"{place}: there is no {' and no '.join(missing)}", code="bad_log")
    try:
        kind = Kind(str(told["kind"] or "play").lower())
        at = _moment(told["at"])
        share = None if told["heard"] is None else float(told["heard"])
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{place}: {error}", code="bad_log") from error
    user, track = str(told["user"]), str(told["track"])
    return Interaction(interaction_id=derived_id(user, track, kind, at), user=user, track_id=track, kind=kind, at=at, share=share)


def _moment(told: object) -> datetime:
    """Return a time that is told as seconds since 1970 or in ISO 8601; without an offset it is taken for UTC."""
    text = str(told)
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
