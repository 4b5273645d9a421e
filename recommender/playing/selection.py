"""Turn candidates into tracks in the order in which they play: the best of them, few of an artist, each leading into the next."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from recommender.pages.asking import Ask, Candidate
from recommender.pages.page import RecommendedPage, items_of
from recommender.playing.flow import Arc, Sound, flowing, sound_of
from recommender.ports.catalog import Catalog

# Of one artist so many play within one page, as long as there are others.
OF_ONE_ARTIST: Final = 2


def ordered(candidates: Sequence[Candidate], *, limit: int, after: Sound | None, arc: Arc) -> list[Candidate]:
    """Return the best candidates, at most ``limit``, in the order in which they flow on from ``after``."""
    chosen = varied(candidates, limit=limit)
    return [chosen[place] for place in flowing([sound_of(one.payload) for one in chosen], arc=arc, after=after)]


def varied(candidates: Sequence[Candidate], *, limit: int) -> list[Candidate]:
    """Return the first ``limit`` candidates, passing over an artist who has enough unless nobody else is left."""
    seen: Counter[str] = Counter()
    taken: list[Candidate] = []
    over: list[Candidate] = []
    for one in candidates:
        artist = sound_of(one.payload).artist
        full = artist is not None and seen[artist] >= OF_ONE_ARTIST
        (over if full else taken).append(one)
        if artist is not None:
            seen[artist] += 1
    return [*taken, *over][:limit]


def page_of(candidates: Sequence[Candidate], ask: Ask, catalog: Catalog, *, why: str) -> RecommendedPage:
    """Return the candidates as a page in their order; ``why`` is told where there are none."""
    items, exemplars = items_of(candidates, catalog)
    return RecommendedPage(
        recommendation_id=ask.request.recommendation_id,
        items=items,
        cold=False,
        serving=ask.serving,
        exemplars=exemplars,
        why=None if items else why,
    )
