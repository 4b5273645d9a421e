"""What is asked and answered of recommendations, likeness and search over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from events.fields import Id, Name, Outgoing
from events.filters import FilterQuery
from events.tracks import TrackAnswer


class RecommendationQuery(FilterQuery):
    """Ask what to hear next.

    Attributes
    ----------
    adventure
        0 stays with what is known to please, 1 goes furthest from it.
    """

    adventure: Annotated[float, Field(ge=0, le=1)] = 0.3
    seed_tracks: Annotated[list[Id], Field(max_length=20)] = []
    seed_artists: Annotated[list[Name], Field(max_length=20)] = []
    seed_genres: Annotated[list[Name], Field(max_length=20)] = []


class SimilarQuery(FilterQuery):
    """Ask for tracks like one track, in one space or in all of them together."""

    space: Literal["audio", "text", "collab", "blend"] = "blend"


class SearchQuery(FilterQuery):
    """Ask for tracks by meaning and by words."""

    q: str
    user_id: Id | None = None


class BecauseAnswer(Outgoing):
    """Why a track is in the answer: a sentence for people, and the exemplar tracks behind it."""

    text: str
    tracks: list[str]


class RecommendedTrack(Outgoing):
    """A track in an answer, with its score (higher is better, comparable within one answer only)."""

    track: TrackAnswer
    score: float
    source: str
    because: BecauseAnswer


class RecommendationAnswer(Outgoing):
    """A page of recommendations."""

    items: list[RecommendedTrack]
    recommendation_id: str
    cold: bool
    why: str | None = None
    models: dict[str, str]


class ScoredTrack(Outgoing):
    """A track with its score (higher is nearer)."""

    track: TrackAnswer
    score: float


class ScoredAnswer(Outgoing):
    """Tracks with scores, the best first."""

    items: list[ScoredTrack]
    why: str | None = None
