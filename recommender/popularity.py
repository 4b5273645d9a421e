"""What many people play lately: the page of those whose taste is not known, and the filler of pages that taste leaves short."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from recommender.asking import Because, Candidate
from recommender.filters import OneOfTracks, Where
from recommender.ports.index import Hit, VectorIndex
from recommender.ports.stores import InteractionLog
from recommender.ranking import spread_over_genres, toward

HALF_LIFE_DAYS: Final = 7.0
WINDOW_DAYS: Final = 30
TRENDS: Final = 300
SOURCE: Final = "popular"
_PLAYED: Final = Because("played a lot lately; not yet chosen for you")
_POPULAR: Final = Because("popular in this catalogue; not yet chosen for you")
_NEWEST: Final = Because("new in this catalogue; not yet chosen for you")


@dataclass(frozen=True, slots=True)
class Popularity:
    """Propose what is played lately, then what the catalogue calls popular, then what is newest."""

    log: InteractionLog
    index: VectorIndex

    def spread(self, where: Where, *, targets: Mapping[str, float], limit: int, now: datetime) -> list[Candidate]:
        """Return up to ``limit`` tracks that pass ``where``, spread over genres and labelled as popular."""
        trending = self._trending(where, now=now)
        chosen = spread_over_genres(toward(trending, targets), limit=limit)
        for field, because in (("popularity", _POPULAR), ("added_at", _NEWEST)):
            if len(chosen) >= limit:
                break
            taken = tuple(candidate.track_id for candidate in chosen)
            rest = where.also(without=(OneOfTracks(taken),) if taken else ())
            hits = self.index.top(field, where=rest, limit=2 * limit)
            found = [_candidate(hit, because) for hit in hits if field != "popularity" or hit.score > 0]
            chosen += spread_over_genres(toward(found, targets), limit=limit - len(chosen))
        return chosen

    def _trending(self, where: Where, *, now: datetime) -> list[Candidate]:
        trends = self.log.trending(now=now, half_life_days=HALF_LIFE_DAYS, window_days=WINDOW_DAYS, limit=TRENDS)
        if not trends:
            return []
        plays = {trend.track_id: trend.plays for trend in trends}
        page = self.index.scroll(where=where.also(OneOfTracks(tuple(plays))), limit=len(plays))
        found = [_candidate(Hit(point.track_id, plays[point.track_id], point.payload, {}), _PLAYED) for point in page.points]
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.track_id))


def _candidate(hit: Hit, because: Because) -> Candidate:
    return Candidate(hit.track_id, hit.score, SOURCE, because, hit.payload, {SOURCE: hit.score})
