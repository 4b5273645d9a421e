"""The policy of pages: every number that decides what is asked, how much each source's word counts, and how a page is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from embeddings.spaces import Space

_SOURCES = MappingProxyType(
    {
        "seed": 2.0,
        "session": 1.2,
        "audio": 1.0,
        "text": 0.8,
        "collab": 1.6,
        "listeners": 0.6,
        "trending": 0.3,
        "fresh": 0.5,
        "explore": 0.4,
    }
)
_MODES = MappingProxyType({Space.AUDIO: 2, Space.TEXT: 1, Space.COLLAB: 1})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How pages are made.

    Attributes
    ----------
    weights
        By source: how much being first in its answer counts (see ``recommender.fusion``); a source without one is not asked.
    modes_asked
        By space: how many of a user's modes one page asks for.
    depth
        Candidates that each question brings, at least twice the page.
    pool
        Candidates for each place of a page, from which diversity chooses.
    diversity
        Share of diversity in the choice of each track, at adventure 0 and at adventure 1.
    artist_cap, album_cap
        Tracks of one artist, and of one album, on a page.
    calibration
        Share of calibration to the user's mix of genres (Steck, "Calibrated recommendations", RecSys 2018) in the choice of each track.
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
    pool: int = 3
    diversity: tuple[float, float] = (0.15, 0.5)
    artist_cap: int = 3
    album_cap: int = 2
    calibration: float = 0.2
    new_share: float = 0.05
    new_budget: int = 100
    crowd: int = 10

    @classmethod
    def plain(cls) -> "Policy":
        """Return the policy under which offline figures compare: relevance alone, all modes, no caps, nothing new pushed in."""
        return replace(
            cls(),
            modes_asked=MappingProxyType(dict.fromkeys(Space, 5)),
            diversity=(0.0, 0.0),
            artist_cap=10_000,
            album_cap=10_000,
            calibration=0.0,
            new_share=0.0,
        )
