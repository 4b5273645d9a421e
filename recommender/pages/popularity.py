"""What many people play lately, what the catalogue calls popular and what is newest: the filler of pages that taste leaves short."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from recommender.filters import OneOfTracks, Where
from recommender.pages.asking import Because, Candidate
from recommender.pages.keeping import Kept
from recommender.pages.ranking import spread_over_genres, toward
from recommender.ports.index import Hit, VectorIndex
from recommender.ports.stores import InteractionLog, Trend

HALF_LIFE_DAYS: Final = 7.0
WINDOW_DAYS: Final = 30
TRENDS: Final = 300
LASTING: Final = timedelta(minutes=1)
SOURCE: Final = "popular"
_PLAYED: Final = Because("played a lot lately; not yet chosen for you")
_POPULAR: Final = Because("popular in this catalogue; not yet chosen for you")
_NEWEST: Final = Because("new in this catalogue; not yet chosen for you")


class Popularity:
    """Propose what is played lately, then what the catalogue calls popular, then what is newest.

    Parameters
    ----------
    crowd
        Fewest distinct listeners of a track that is called played a lot: fewer would tell who they are.
    """

    def __init__(self, log: InteractionLog, index: VectorIndex, *, crowd: int) -> None:
        self._log = log
        self._index = index
        self._crowd = crowd
        self._trends = Kept(self._read, lasting=LASTING)

    def trends(self, *, now: datetime) -> list[Trend]:
        """Return what a crowd plays lately, most played first; up to a minute old."""
        return self._trends.at(now)

    def spread(self, where: Where, *, targets: Mapping[str, float], limit: int, now: datetime) -> list[Candidate]:
        """Return up to ``limit`` tracks that pass ``where``, spread over genres and labelled as popular."""
        chosen = spread_over_genres(toward(self._trending(where, now=now), targets), limit=limit)
        for field, because in (("popularity", _POPULAR), ("added_at", _NEWEST)):
            if len(chosen) >= limit:
                break
            taken = tuple(candidate.track_id for candidate in chosen)
            rest = where.also(without=(OneOfTracks(taken),) if taken else ())
            hits = self._index.top(field, where=rest, limit=2 * limit)
            found = [_candidate(hit, because) for hit in hits if field != "popularity" or hit.score > 0]
            chosen += spread_over_genres(toward(found, targets), limit=limit - len(chosen))
        return chosen

    def _read(self, now: datetime) -> list[Trend]:
        trends = self._log.trending(now=now, half_life_days=HALF_LIFE_DAYS, window_days=WINDOW_DAYS, limit=TRENDS)
        return [trend for trend in trends if trend.listeners >= self._crowd]

    def _trending(self, where: Where, *, now: datetime) -> list[Candidate]:
        plays = {trend.track_id: trend.plays for trend in self.trends(now=now)}
        if not plays:
            return []
        page = self._index.scroll(where=where.also(OneOfTracks(tuple(plays))), limit=len(plays))
        found = [_candidate(Hit(point.track_id, plays[point.track_id], point.payload, {}), _PLAYED) for point in page.points]
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.track_id))


def _candidate(hit: Hit, because: Because) -> Candidate:
    return Candidate(hit.track_id, hit.score, SOURCE, because, hit.payload, {SOURCE: hit.score})
