"""A page of recommendations: its tracks, why each is there, and what leads to the next page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from recommender.pages.asking import Candidate
from recommender.ports.catalog import Catalog
from recommender.serving import Serving
from recommender.tracks import Track, TrackStatus

NAMED: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A track of a page and why it is there."""

    track: Track
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a step took from a page: how many tracks, and the first few of them."""

    step: str
    count: int
    track_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RecommendedPage:
    """A page of recommendations.

    Attributes
    ----------
    cold
        Whether nothing of the user's taste, or of seeds, made it.
    exemplars
        The tracks that reasons name, by id.
    why
        Why it is empty, where it is.
    next
        What the next page is asked with; ``None`` at the end.
    degraded
        Whether it was answered from memory because the index or the state is out of reach.
    dropped
        What is not on it and why, where that was asked for.
    """

    recommendation_id: str
    items: tuple[Item, ...]
    cold: bool
    serving: Serving
    exemplars: Mapping[str, Track] = field(default_factory=lambda: MappingProxyType({}))
    why: str | None = None
    next: str | None = None
    degraded: bool = False
    dropped: tuple[Dropped, ...] = ()


def items_of(chosen: Sequence[Candidate], catalog: Catalog) -> tuple[tuple[Item, ...], dict[str, Track]]:
    """Return the chosen with their tracks, and the tracks that their reasons may name.

    A track that was deleted since it was found is left out, and so is one that was killed half-way through ingest.
    """
    named = {track_id for candidate in chosen for track_id in exemplars_of(candidate)}
    tracks = catalog.get_many([*(candidate.track_id for candidate in chosen), *sorted(named)])
    items = tuple(
        Item(tracks[candidate.track_id], candidate)
        for candidate in chosen
        if candidate.track_id in tracks and tracks[candidate.track_id].status is TrackStatus.READY
    )
    return items, {track_id: tracks[track_id] for track_id in named if track_id in tracks}


def exemplars_of(candidate: Candidate) -> tuple[str, ...]:
    """Return the tracks that a candidate's reason names: the first two that are not the track itself."""
    return tuple(track_id for track_id in candidate.because.exemplars if track_id != candidate.track_id)[:NAMED]
