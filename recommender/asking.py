"""What is asked of the engine, and the candidates that its sources propose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from recommender.filters import Filters, Where
from recommender.payload import Payload
from recommender.ports.index import Nearest, Point
from recommender.preferences import Preferences
from recommender.serving import Serving
from recommender.taste import Taste

DEFAULT_ADVENTURE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """What a query starts from, as the caller names it."""

    tracks: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any seed."""
        return bool(self.tracks or self.artists or self.genres)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question: what should this user hear next?

    Attributes
    ----------
    adventure
        0 stays with what is known to please, 1 goes furthest from it.
    """

    user: str
    recommendation_id: str
    limit: int = 20
    adventure: float = DEFAULT_ADVENTURE
    seeds: Seeds = field(default_factory=Seeds)
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """A request with all that sources need to answer it.

    Attributes
    ----------
    where
        The request's filters with all that must not come back: banned, excluded, heard lately.
    seed_points
        The points that the seeds stand for, with their vectors.
    """

    request: Request
    where: Where
    serving: Serving
    now: datetime
    taste: Taste | None = None
    preferences: Preferences | None = None
    seed_points: Mapping[str, Point] = field(default_factory=lambda: MappingProxyType({}))
    depth: int = 60


@dataclass(frozen=True, slots=True)
class Because:
    """Why a track was proposed: a sentence for people, in which ``{tracks}`` stands for the exemplars' names."""

    text: str
    exemplars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """One question of a source to the index, with how much its answer counts."""

    source: str
    nearest: Nearest
    weight: float
    because: Because


class Source(Protocol):
    """Propose candidates by asking the index."""

    def queries(self, ask: Ask) -> list[Query]:
        """Return this source's questions; none where it has nothing to go by."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A track that was proposed.

    Attributes
    ----------
    parts
        What each source added to the score.
    """

    track_id: str
    score: float
    source: str
    because: Because
    payload: Payload
    parts: Mapping[str, float]
