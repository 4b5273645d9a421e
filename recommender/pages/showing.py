"""Keep what was shown: the page itself, showings of new tracks, and places of segments on cold pages."""

from collections import Counter
from dataclasses import dataclass

from recommender.pages.arrivals import Arrivals
from recommender.pages.asking import Ask
from recommender.pages.impressions import Impression
from recommender.pages.newcomers import SEGMENT_SHOWN, Newcomers
from recommender.pages.page import RecommendedPage
from recommender.ports.stores import ImpressionLog
from recommender.trends import day_of


@dataclass(frozen=True, slots=True)
class Showings:
    """Keep pages and count showings; the counts hold no user."""

    impressions: ImpressionLog
    arrivals: Arrivals
    newcomers: Newcomers

    def keep(self, ask: Ask, page: RecommendedPage) -> None:
        """Keep a page where the user lets pages be kept, and count it in any case."""
        if not page.items:
            return
        segments = self.newcomers.segments([item.track.track_id for item in page.items], ask) if page.cold else ()
        if ask.is_kept and ask.request.user is not None:
            self.impressions.append(_impression(ask.request.user, ask, page, segments))
        self.arrivals.count({item.track.track_id: item.track.added_at.timestamp() for item in page.items}, now=ask.now)
        if segments:
            self.newcomers.tallies.add(SEGMENT_SHOWN, Counter(segments), day=day_of(ask.now))


def _impression(user: str, ask: Ask, page: RecommendedPage, segments: tuple[str, ...]) -> Impression:
    return Impression(
        recommendation_id=page.recommendation_id,
        user=user,
        at=ask.now,
        track_ids=tuple(item.track.track_id for item in page.items),
        sources=tuple(item.candidate.source for item in page.items),
        cold=page.cold,
        collab_version=page.serving.collab_version,
        segments=segments,
        previous=ask.chain.previous,
    )
