"""The policy of pages: every number that decides what is asked, how much each source's word counts, and how a page is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from embeddings.spaces import Space
from recommender.crowds import FEWEST_LISTENERS

# A pair of numbers: at adventure 0 and at adventure 1, straight between them.
Span = tuple[float, float]

_SOURCES: Mapping[str, float] = MappingProxyType(
    {
        "seed": 2.0,
        "session": 1.2,
        "audio": 1.0,
        "text": 0.8,
        "collab": 1.6,
        "listeners": 0.6,
        "trending": 0.3,
        "fresh": 1.0,
        "explore": 0.8,
    }
)
_RELEVANCE: Mapping[str, float] = MappingProxyType({name: _SOURCES[name] for name in ("seed", "audio", "text", "collab")})
# Of a known track's score .12 are left at the usual adventure of .3: what comes first of all stays below what comes sixtieth.
_STEEP: Final = 6
_MODES: Mapping[Space, int] = MappingProxyType({Space.AUDIO: 2, Space.TEXT: 1, Space.COLLAB: 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How pages are made.

    Attributes
    ----------
    weights
        By source: how much being first in its answer counts (see ``recommender.pages.fusion``); a source without one is not asked. Those of
        ``fresh`` and ``explore`` are as much at adventure 1, and nothing at adventure 0.
    modes_asked
        By space: how many of a user's modes one page asks for.
    depth, target_depth
        Candidates that each question brings, at least twice the page; more where targets reorder them.
    pool
        Candidates for each place of a page, from which diversity chooses.
    diversity
        Share of diversity in the choice of each track.
    turns
        Largest share of its score that a candidate loses by chance, drawn for each page, so that tracks of like worth take turns: all
        of it from the page's length on, less before, nothing for the first; none with seeds, and less below the usual adventure.
    artist_cap, album_cap
        Tracks of one artist, and of one album, on a page.
    calibration
        Share of calibration to the user's mix of genres (Steck, "Calibrated recommendations", RecSys 2018) in the choice of each track
        at adventure 0; none of it is left at adventure 1.
    known_tracks, known_artists, popular
        Factor on the score of a track that the user has heard, of one by an artist that the user plays, and of the most popular one
        (a less popular one loses less).
    ignored, ignored_half_life
        Factor on the score of a track for each time that it was lately shown and not played, and how soon that is forgotten.
    ignored_pages
        Latest pages that are looked at for it.
    distaste
        Share of its score that a track loses which is just like what was skipped and banned.
    rest, longest_rest
        How long a track is left out after it was heard: one that stands for the taste, and any other (see ``recommender.pages.resting``).
    new_for
        How long a track is new.
    new_share
        Share of places kept for new tracks that have not had their budget of showings.
    new_budget
        Showings that a new track is guaranteed.
    crowd
        Fewest distinct listeners of anything that is proposed because others play it.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: _SOURCES)
    modes_asked: Mapping[Space, int] = field(default_factory=lambda: _MODES)
    depth: int = 60
    target_depth: int = 300
    pool: float = 2.5
    diversity: Span = (0.15, 0.5)
    turns: float = 0.7
    artist_cap: int = 3
    album_cap: int = 2
    calibration: float = 0.2
    known_tracks: Span = (1.0, 0.0)
    known_artists: Span = (1.3, 0.5)
    popular: Span = (0.7, 0.0)
    ignored: float = 0.8
    ignored_half_life: timedelta = timedelta(days=7)
    ignored_pages: int = 20
    distaste: float = 0.8
    rest: timedelta = timedelta(days=3)
    longest_rest: timedelta = timedelta(days=7)
    new_for: timedelta = timedelta(days=14)
    new_share: float = 0.05
    new_budget: int = 100
    crowd: int = FEWEST_LISTENERS

    @classmethod
    def plain(cls) -> "Policy":
        """Return the policy under which offline figures compare: relevance alone, all modes, no caps, nothing new pushed in."""
        return replace(
            cls(),
            weights=_RELEVANCE,
            modes_asked=MappingProxyType(dict.fromkeys(Space, 5)),
            diversity=(0.0, 0.0),
            turns=0.0,
            artist_cap=10_000,
            album_cap=10_000,
            calibration=0.0,
            known_tracks=(1.0, 1.0),
            known_artists=(1.0, 1.0),
            popular=(1.0, 1.0),
            ignored=1.0,
            ignored_pages=0,
            distaste=0.0,
            new_share=0.0,
        )


def known_left(policy: Policy, adventure: float) -> float:
    """Return the factor on known tracks at this adventure: it falls steeply, so that a page of little adventure is mostly new already."""
    return between(policy.known_tracks, adventure) ** _STEEP


def between(span: Span, adventure: float) -> float:
    """Return the number at this adventure."""
    return span[0] + (span[1] - span[0]) * adventure
