"""What is asked of the engine, and what its sources propose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from recommender.filters import Filters, Where
from recommender.pages.policy import Policy
from recommender.payload import Payload
from recommender.ports.index import Nearest, Point
from recommender.serving import Serving
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste

DEFAULT_ADVENTURE = 0.3

Weights = Mapping[str, float]
_NONE: Weights = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """What a query starts from, as the caller names it: each name with its weight, -1 to 1 and not 0; a negative one pushes away."""

    tracks: Weights = field(default_factory=lambda: _NONE)
    artists: Weights = field(default_factory=lambda: _NONE)
    genres: Weights = field(default_factory=lambda: _NONE)

    def __bool__(self) -> bool:
        """Tell whether there is any seed."""
        return bool(self.tracks or self.artists or self.genres)

    @classmethod
    def of(cls, *, tracks: Sequence[str] = (), artists: Sequence[str] = (), genres: Sequence[str] = ()) -> "Seeds":
        """Return seeds that all weigh 1."""
        return cls(tracks=dict.fromkeys(tracks, 1.0), artists=dict.fromkeys(artists, 1.0), genres=dict.fromkeys(genres, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question: what should this user hear next?

    Attributes
    ----------
    user
        The user's pseudonym; ``None`` asks for nobody: no taste, and no page is kept.
    adventure
        0 stays with what is known to please, 1 goes furthest from it.
    after
        The ``next`` of the page before, to go on without repeats.
    is_explained
        Whether to say what is not on the page and why.
    """

    user: str | None
    recommendation_id: str
    limit: int = 20
    adventure: float = DEFAULT_ADVENTURE
    seeds: Seeds = field(default_factory=Seeds)
    filters: Filters = field(default_factory=Filters)
    after: str | None = None
    is_explained: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """What came before a page.

    Attributes
    ----------
    previous
        The kept page before it; ``None`` for a first page, or where none are kept.
    shown
        Tracks of all pages before it.
    last
        The track that the page before ended with.
    """

    previous: str | None = None
    shown: tuple[str, ...] = ()
    last: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Seeded:
    """The point of a track that a seed stands for, and its weight: negative pushes away."""

    point: Point
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """A request with all that sources and ranking need to answer it.

    Attributes
    ----------
    where
        The request's filters with all that must not come back: banned, excluded, heard lately, shown on the pages before.
    seeds
        The tracks that the seeds stand for, by id.
    chain
        The pages before this one.
    is_kept
        Whether a page may be kept for this user.
    resting
        Tracks that are left out because they were heard lately.
    ignored
        Tracks that were shown lately and not played, with what is left of their scores, 0 to 1.
    depth
        Candidates that each question brings.
    """

    request: Request
    where: Where
    serving: Serving
    now: datetime
    policy: Policy = field(default_factory=Policy)
    taste: Taste | None = None
    preferences: Preferences | None = None
    seeds: Mapping[str, Seeded] = field(default_factory=lambda: MappingProxyType({}))
    chain: Chain = field(default_factory=Chain)
    is_kept: bool = False
    resting: tuple[str, ...] = ()
    ignored: Weights = field(default_factory=lambda: _NONE)
    depth: int = 60

    def weight(self, source: str) -> float:
        """Return how much a source's word counts; 0 means that it is not asked."""
        return self.policy.weights.get(source, 0.0)


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


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Tracks that a source proposes without asking the index, best first, whether or not they pass the filters."""

    source: str
    track_ids: Sequence[str]
    weight: float
    because: Because


class Source(Protocol):
    """Propose candidates for one reason."""

    def proposed(self, ask: Ask) -> Sequence[Query | Listed]:
        """Return this source's questions to the index and its own lists; nothing where it has nothing to go by."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A track that was proposed.

    Attributes
    ----------
    parts
        What each source added to the score, before factors held it back.
    """

    track_id: str
    score: float
    source: str
    because: Because
    payload: Payload
    parts: Weights

    def scored(self, score: float) -> "Candidate":
        """Return the candidate with another score."""
        return Candidate(self.track_id, score, self.source, self.because, self.payload, self.parts)

    def described(self, payload: Payload) -> "Candidate":
        """Return the candidate with its payload."""
        return Candidate(self.track_id, self.score, self.source, self.because, payload, self.parts)
