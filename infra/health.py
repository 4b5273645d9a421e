"""Ask every store whether it answers, and what it holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from infra.stores import Stores
from recommender.errors import SegueError
from recommender.filters import Where
from recommender.ports.catalog import Catalog

VERSION: Final = "0.1.0"


@dataclass(frozen=True, slots=True)
class Check:
    """What one store answered: its counts, or its error."""

    counts: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None


def check(stores: Stores) -> dict[str, Check]:
    """Return one check a store."""
    return {
        "state": _answer(lambda: _tracks(stores.catalog)),
        "log": _answer(lambda: {"interactions": stores.interactions.count()}),
        "index": _answer(lambda: {"points": stores.index.count(Where())}),
        "queues": _answer(stores.depths),
    }


def _tracks(catalog: Catalog) -> Mapping[str, int]:
    counts = {status.value: count for status, count in catalog.counts().items()}
    return {**counts, "duplicates": catalog.count_duplicates()}


def _answer(ask: Callable[[], Mapping[str, int]]) -> Check:
    try:
        return Check(counts=ask())
    except SegueError as error:
        return Check(error=error.message)
