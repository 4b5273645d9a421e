"""What may be in an answer: the filters of the API, and the few conditions that every index understands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from recommender.identity import fold

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Hold if the payload's field is, or contains, one of the values (strings, or integers; never booleans)."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Hold if the payload's field is a number within the bounds, both included; ``None`` leaves a side open."""

    field: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class OneOfTracks:
    """Hold if the point is one of these tracks."""

    track_ids: tuple[str, ...]


Condition = AnyOf | Between | OneOfTracks


@dataclass(frozen=True, slots=True)
class Where:
    """All of ``must`` and none of ``must_not``; a point without the field fails a condition on it."""

    must: tuple[Condition, ...] = ()
    must_not: tuple[Condition, ...] = ()

    def also(self, *must: Condition, without: tuple[Condition, ...] = ()) -> "Where":
        """Return these conditions with more of them."""
        return Where(self.must + must, self.must_not + without)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of every call of the API, as the caller gave them.

    Attributes
    ----------
    ranges
        Attribute name to (minimum, maximum), either ``None``.
    targets
        Attribute name to the value to be near: a preference that orders, not a bound that excludes.
    """

    genres: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    exclude_artists: tuple[str, ...] = ()
    exclude_tracks: tuple[str, ...] = ()
    year_min: int | None = None
    year_max: int | None = None
    duration_ms_min: int | None = None
    duration_ms_max: int | None = None
    explicit: bool | None = None
    market: str | None = None
    added_after: datetime | None = None
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=lambda: MappingProxyType({}))
    targets: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def where(self) -> Where:
        """Return the filters as conditions on a point."""
        must: list[Condition] = []
        if self.genres:
            must.append(AnyOf("genres", _folded(self.genres)))
        if self.artists:
            must.append(AnyOf("artists", _folded(self.artists)))
        if self.explicit is not None:
            must.append(AnyOf("explicit", (int(self.explicit),)))
        if self.market is not None:
            must.append(AnyOf("markets", (EVERYWHERE, self.market.upper())))
        if self.added_after is not None:
            must.append(Between("added_at", self.added_after.timestamp(), None))
        bounds = {
            "year": (self.year_min, self.year_max),
            "duration_ms": (self.duration_ms_min, self.duration_ms_max),
            **self.ranges,
        }
        must.extend(Between(name, low, high) for name, (low, high) in bounds.items() if (low, high) != (None, None))
        return Where(tuple(must), self._excluded())

    def _excluded(self) -> tuple[Condition, ...]:
        excluded: list[Condition] = []
        if self.exclude_artists:
            excluded.append(AnyOf("artists", _folded(self.exclude_artists)))
        if self.exclude_tracks:
            excluded.append(OneOfTracks(self.exclude_tracks))
        return tuple(excluded)


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(name) for name in names)
