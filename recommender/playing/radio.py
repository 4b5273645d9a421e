"""An endless radio: page after page near its seeds, without repeats for as long as there is anything left to play."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.pages.asking import Because, Candidate, Request, Seeds
from recommender.pages.page import RecommendedPage
from recommender.pages.policy import Policy
from recommender.pages.recommend import Recommend
from recommender.pages.retrieval import Pool
from recommender.playing.flow import Arc, Sound, sound_of
from recommender.playing.selection import ordered, page_of
from recommender.playing.station import Station, fingerprint
from recommender.ports.index import Point

# The seeds lead; a user's session and taste only colour what lies near them.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({"seed": 2.0, "session": 1.2, "audio": 0.25, "text": 0.2, "collab": 0.4})
# As far from the seeds as their nearest 300 tracks is near; when those have played, the last tracks become seeds beside them.
NEAR: Final = 300
# What the last tracks weigh together, against the seeds' weight of 1 each.
DRIFT: Final = 0.8
_SWEEP: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What is asked of a radio.

    Attributes
    ----------
    seeds
        What a new radio starts from; one that goes on has its own, and none or the same may be given.
    after
        The ``next`` of the page before.
    """

    recommendation_id: str
    seeds: Seeds = field(default_factory=Seeds)
    user: str | None = None
    filters: Filters = field(default_factory=Filters)
    limit: int = 20
    after: str | None = None
    arc: Arc = Arc.SMOOTH


@dataclass(frozen=True, slots=True, eq=False)
class RadioPage:
    """The next tracks, and the station after them: ``None`` where there are none."""

    page: RecommendedPage
    station: Station | None
    started_over: bool = False


@dataclass(frozen=True, slots=True)
class Radio:
    """Play on."""

    recommend: Recommend
    policy: Policy = field(default_factory=lambda: replace(Policy(), weights=WEIGHTS, pool=1))

    def page(self, tuning: Tuning, *, now: datetime) -> RadioPage:
        """Return the next tracks of a radio.

        Raises
        ------
        InvalidInput
            For seeds that are not known or missing, and for a token that is none.
        """
        station = _station(tuning)
        points = self.recommend.index.fetch(list(station.latest)) if station.latest else {}
        found, pool = self._unplayed(station, tuning, points, now=now)
        started_over = not found and bool(station.played)
        if started_over:
            station = station.started_over()
            found, pool = self._unplayed(station, tuning, points, now=now)
        if not found and station.played:
            # A library of no more tracks than the last few that even a radio that starts over remembers.
            station = replace(station, played=())
            found, pool = self._unplayed(station, tuning, points, now=now)
        chosen = ordered(found, limit=tuning.limit, after=_last(station, points), arc=tuning.arc)
        page = page_of(chosen, pool.ask, self.recommend.catalog, why="No track passes the filters and what the user has excluded.")
        self.recommend.showings.keep(pool.ask, page)
        return RadioPage(page, station.then([one.track_id for one in chosen]) if chosen else None, started_over=started_over)

    def _unplayed(self, station: Station, tuning: Tuning, points: Mapping[str, Point], *, now: datetime) -> tuple[list[Candidate], Pool]:
        """Return what the station has not played, the best first: near the seeds, then farther off, then whatever there is."""
        known = frozenset(station.played)
        near = self._pool(station.seeds, tuning, wide=3 * tuning.limit + min(len(known), NEAR), now=now)
        found = _fresh(near.candidates, known)
        if len(found) < tuning.limit and known:
            latest = {track_id: DRIFT / len(points) for track_id in points if track_id not in station.seeds.tracks}
            drifted = replace(station.seeds, tracks={**station.seeds.tracks, **latest})
            far = self._pool(drifted, tuning, wide=3 * tuning.limit + len(known), now=now)
            found += _fresh(far.candidates, known | {fingerprint(one.track_id) for one in found})
        if len(found) < tuning.limit:
            found += self._anything(near, known | {fingerprint(one.track_id) for one in found}, count=tuning.limit - len(found))
        return found, near

    def _pool(self, seeds: Seeds, tuning: Tuning, *, wide: int, now: datetime) -> Pool:
        request = Request(
            user=tuning.user, recommendation_id=tuning.recommendation_id, limit=wide, seeds=seeds, filters=tuning.filters, adventure=0.0
        )
        pool = replace(self.recommend, policy=self.policy).candidates(request, now=now)
        # What the user's taste alone proposes may be far from the seeds; a session belongs to the radio.
        near = tuple(one for one in pool.candidates if any(part.startswith(("seed", "session")) for part in one.parts))
        return replace(pool, candidates=near)

    def _anything(self, pool: Pool, known: frozenset[int], *, count: int) -> list[Candidate]:
        """Return tracks that no seed leads to, such as those without a vector in its spaces."""
        found: list[Candidate] = []
        after: str | None = None
        while len(found) < count:
            page = self.recommend.index.scroll(where=pool.ask.where, limit=_SWEEP, after=after)
            rest = [Candidate(point.track_id, 0.0, "rest", _REST, point.payload, {}) for point in page.points]
            found += _fresh(rest, known)
            after = page.after
            if after is None:
                break
        return found[:count]


_REST: Final = Because("everything nearer was played")


def _station(tuning: Tuning) -> Station:
    if tuning.after is not None:
        station = Station.of_token(tuning.after)
        if tuning.seeds and tuning.seeds != station.seeds:
            raise InvalidInput("the token goes on with a radio of other seeds", code="other_seeds", field="after")
        return station
    if not any(weight > 0 for names in (tuning.seeds.tracks, tuning.seeds.artists, tuning.seeds.genres) for weight in names.values()):
        raise InvalidInput("a radio starts from at least one seed track, artist or genre", code="missing_seed", field="seed_tracks")
    return Station(seeds=tuning.seeds)


def _fresh(candidates: tuple[Candidate, ...] | list[Candidate], known: frozenset[int]) -> list[Candidate]:
    return [one for one in candidates if fingerprint(one.track_id) not in known]


def _last(station: Station, points: Mapping[str, Point]) -> Sound | None:
    present = [track_id for track_id in station.latest if track_id in points]
    return sound_of(points[present[-1]].payload) if present else None
