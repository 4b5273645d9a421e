"""The page that is answered from memory when the index or the state is out of reach: popular, filtered, and said to be so."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from recommender.errors import Unavailable
from recommender.pages.asking import Because, Candidate, Request
from recommender.pages.chance import drawn
from recommender.pages.circumstances import where_of
from recommender.pages.holding import passing
from recommender.pages.page import Item, RecommendedPage
from recommender.pages.policy import Policy
from recommender.pages.popularity import SOURCE
from recommender.pages.ranking import Shape, composed
from recommender.pages.showcase import Exhibit, Showcase
from recommender.ports.stores import PreferenceStore, TasteStore
from recommender.tastes.exclusions import excluded

T = TypeVar("T")
_BECAUSE = Because("popular in this catalogue; your own page cannot be made just now")


@dataclass(frozen=True, slots=True)
class Standby:
    """Answer from what the showcase held last."""

    showcase: Showcase
    preferences: PreferenceStore
    tastes: TasteStore

    def page(self, request: Request, *, policy: Policy, now: datetime) -> RecommendedPage | None:
        """Return a page, or ``None`` if nothing was kept.

        Filters hold, and so do exclusions as far as they can be read; where preferences cannot, nothing explicit is shown.
        """
        showing = self.showcase.last
        if showing is None:
            return None
        user = request.user
        preferences = _readable(lambda: self.preferences.get(user)) if user is not None else None
        taste = _readable(lambda: self.tastes.get(user)) if user is not None else None
        filters = request.filters
        if user is not None and isinstance(preferences, Unavailable) and filters.explicit is None:
            filters = replace(filters, explicit=False)
        asked = None if isinstance(preferences, Unavailable) else preferences
        known = None if isinstance(taste, Unavailable) else taste
        kept_out = excluded(asked, known, now)
        tracks = {*kept_out.track_ids, *filters.exclude_tracks, *(known.heard if known else ())}
        where = where_of(filters, asked, tracks=tracks, artists=kept_out.artists)
        passed = passing(where, {track_id: showing.exhibits[track_id].point.payload for track_id in showing.tracks})
        found = [_candidate(request, track_id, showing.exhibits[track_id]) for track_id in passed]
        candidates = sorted(found, key=lambda one: (-one.score, one.track_id))
        chosen = composed(candidates, {}, Shape(limit=request.limit, artist_cap=policy.artist_cap, album_cap=policy.album_cap))
        return RecommendedPage(
            recommendation_id=request.recommendation_id,
            items=tuple(Item(showing.tracks[one.track_id], one) for one in chosen),
            cold=True,
            serving=showing.serving,
            why=None if chosen else "The engine is partly out of reach, and no track that it remembers passes the filters.",
            degraded=True,
        )


def _candidate(request: Request, track_id: str, exhibit: Exhibit) -> Candidate:
    """Return a track by its popularity with a little chance in it, so that not everybody gets one list."""
    score = exhibit.appeal + 0.3 * drawn(request.recommendation_id, track_id)
    return Candidate(track_id, score, SOURCE, _BECAUSE, exhibit.point.payload, {SOURCE: exhibit.appeal})


def _readable(read: Callable[[], T]) -> T | Unavailable:
    try:
        return read()
    except Unavailable as fault:
        return fault
