"""What is asked and answered of recommendations, likeness and search over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from events.fields import Id, Name, Outgoing
from events.filters import FilterQuery
from events.tracks import TrackAnswer
from recommender.errors import InvalidInput
from recommender.pages.asking import Seeds

Weight = Annotated[float, Field(gt=0, le=1)]
_MOST_SEEDS = 20


class SeedQuery(FilterQuery):
    """Name what a query starts from, and what it keeps away from.

    Attributes
    ----------
    seed_track_weights, seed_artist_weights, seed_genre_weights
        One for each seed of the kind, in the same order; without them every seed weighs 1.
    avoid_tracks, avoid_artists, avoid_genres
        What pushes away as much as a seed of weight 1 pulls; to leave something out altogether, exclude it.
    """

    seed_tracks: Annotated[list[Id], Field(max_length=_MOST_SEEDS)] = []
    seed_artists: Annotated[list[Name], Field(max_length=_MOST_SEEDS)] = []
    seed_genres: Annotated[list[Name], Field(max_length=_MOST_SEEDS)] = []
    seed_track_weights: list[Weight] = []
    seed_artist_weights: list[Weight] = []
    seed_genre_weights: list[Weight] = []
    avoid_tracks: Annotated[list[Id], Field(max_length=_MOST_SEEDS)] = []
    avoid_artists: Annotated[list[Name], Field(max_length=_MOST_SEEDS)] = []
    avoid_genres: Annotated[list[Name], Field(max_length=_MOST_SEEDS)] = []

    def seeds(self) -> Seeds:
        """Return them as the domain has them.

        Raises
        ------
        InvalidInput
            If weights are given, but not one for each seed.
        """
        return Seeds(
            tracks=_weighed(self.seed_tracks, self.seed_track_weights, self.avoid_tracks, "seed_track_weights"),
            artists=_weighed(self.seed_artists, self.seed_artist_weights, self.avoid_artists, "seed_artist_weights"),
            genres=_weighed(self.seed_genres, self.seed_genre_weights, self.avoid_genres, "seed_genre_weights"),
        )


def _weighed(names: list[str], weights: list[float], avoided: list[str], field: str) -> dict[str, float]:
    if weights and len(weights) != len(names):
        message = f"{field} must have one number for each of the {len(names)} seeds, this has {len(weights)}"
        raise InvalidInput(message, code="weights_mismatch", field=field)
    return {**dict(zip(names, weights or [1.0] * len(names), strict=True)), **dict.fromkeys(avoided, -1.0)}


class RecommendationQuery(SeedQuery):
    """Ask what to hear next.

    Attributes
    ----------
    adventure
        0 stays with what is known to please, 1 goes furthest from it.
    after
        The ``next`` of the page before, asked with the same filters and seeds.
    explain
        ``full`` says beside every track's reason what is not on the page, and which step dropped it.
    """

    adventure: Annotated[float, Field(ge=0, le=1)] = 0.3
    after: Annotated[str, Field(max_length=8_000)] | None = None
    explain: Literal["short", "full"] = "short"


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
    """A track in an answer, with its score (higher is better, comparable within one answer only).

    Attributes
    ----------
    source
        Which source's word counted most.
    parts
        What each source added to the score, before what the user knows, dislikes or passed over held it back.
    """

    track: TrackAnswer
    score: float
    source: str
    because: BecauseAnswer
    parts: dict[str, float] = {}


class DroppedAnswer(Outgoing):
    """What a step took from a page: how many tracks, and the first few of them."""

    step: str
    count: int
    tracks: list[str]


class RecommendationAnswer(Outgoing):
    """A page of recommendations.

    Attributes
    ----------
    next
        What the next page is asked with, as ``after``; ``None`` at the end.
    cold
        Whether nothing of the user's taste, or of seeds, made it.
    degraded
        Whether it was answered from memory because the index or the state is out of reach.
    dropped
        What is not on the page, by the step that dropped it; with ``explain=full``.
    """

    items: list[RecommendedTrack]
    next: str | None = None
    recommendation_id: str
    cold: bool
    degraded: bool = False
    why: str | None = None
    models: dict[str, str]
    dropped: list[DroppedAnswer] | None = None


class ScoredTrack(Outgoing):
    """A track with its score (higher is nearer)."""

    track: TrackAnswer
    score: float


class ScoredAnswer(Outgoing):
    """Tracks with scores, the best first."""

    items: list[ScoredTrack]
    why: str | None = None
