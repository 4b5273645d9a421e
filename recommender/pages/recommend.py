"""The ask walk: what should this user hear next?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from recommender.errors import Unavailable
from recommender.filters import Where
from recommender.models import Models
from recommender.pages.arrivals import Arrivals
from recommender.pages.asking import Ask, Request
from recommender.pages.circumstances import Circumstances
from recommender.pages.composing import Composing
from recommender.pages.explaining import dropped
from recommender.pages.exposure import SOURCE as NEW
from recommender.pages.exposure import Exposure
from recommender.pages.newcomers import Newcomers
from recommender.pages.page import RecommendedPage, items_of
from recommender.pages.paging import next_after
from recommender.pages.policy import Policy
from recommender.pages.popularity import SOURCE as POPULAR
from recommender.pages.popularity import Popularity
from recommender.pages.retrieval import Pool, Retrieval
from recommender.pages.seeding import Seeding
from recommender.pages.showcase import Showcase
from recommender.pages.showing import Showings
from recommender.pages.sources import sources_over
from recommender.pages.standby import Standby
from recommender.ports.catalog import Catalog
from recommender.ports.index import VectorIndex
from recommender.ports.stores import ImpressionLog, InteractionLog, PreferenceStore, ServingStore, Tallies
from recommender.tastes.renewal import Tastes

# What brings these knows nothing of the user.
_IMPERSONAL: Final = frozenset({POPULAR, NEW})


@dataclass(frozen=True, slots=True)
class Recommend:
    """Answer requests from taste, seeds and popularity."""

    index: VectorIndex
    catalog: Catalog
    impressions: ImpressionLog
    circumstances: Circumstances
    retrieval: Retrieval
    composing: Composing
    showings: Showings
    standby: Standby
    policy: Policy = field(default_factory=Policy)

    @classmethod
    def over(
        cls,
        *,
        index: VectorIndex,
        catalog: Catalog,
        tastes: Tastes,
        preferences: PreferenceStore,
        impressions: ImpressionLog,
        serving: ServingStore,
        log: InteractionLog,
        tallies: Tallies,
        models: Models,
        policy: Policy | None = None,
    ) -> "Recommend":
        """Return the walk over these stores, with all sources."""
        policy = policy or Policy()
        popularity = Popularity(log, index, crowd=policy.crowd)
        showcase = Showcase(index, catalog, serving, popularity)
        arrivals = Arrivals(index, serving, tallies, policy=policy)
        newcomers = Newcomers(showcase, tallies)
        retrieval = Retrieval(index, sources_over(popularity, showcase, arrivals, models))
        return cls(
            index=index,
            catalog=catalog,
            impressions=impressions,
            circumstances=Circumstances(catalog, tastes, preferences, impressions, serving, Seeding(index, catalog)),
            retrieval=retrieval,
            composing=Composing(index, retrieval, newcomers, popularity, Exposure(arrivals, retrieval)),
            showings=Showings(impressions, arrivals, newcomers),
            standby=Standby(showcase, preferences, tastes.store),
            policy=policy,
        )

    def page(self, request: Request, *, now: datetime) -> RecommendedPage:
        """Return the page for one request; a first page from memory, and said to be so, if the index or the state is out of reach.

        Raises
        ------
        InvalidInput
            Naming seeds that are not known, or if ``request.after`` is not a cursor of this user and question.
        Unavailable
            If index or state are out of reach, and nothing is in memory or the page goes on from another one.
        """
        try:
            return self._answered(request, now=now)
        except Unavailable:
            page = None if request.after is not None else self.standby.page(request, policy=self.policy, now=now)
            if page is None:
                raise
            return page

    def candidates(self, request: Request, *, now: datetime) -> Pool:
        """Return what a page would be cut from, best first, with payloads and vectors: for callers that order by rules of their own.

        No page is kept, and caps, diversity and new tracks' places are up to the caller.

        Raises
        ------
        InvalidInput
            Naming seeds that are not known.
        """
        return self.retrieval.pool(self.circumstances.of(request, policy=self.policy, now=now))

    def _answered(self, request: Request, *, now: datetime) -> RecommendedPage:
        ask = self.circumstances.of(request, policy=self.policy, now=now)
        pool = self.retrieval.pool(ask)
        chosen = self.composing.page(pool)
        items, exemplars = items_of(chosen, self.catalog)
        page = RecommendedPage(
            recommendation_id=request.recommendation_id,
            items=items,
            cold=all(candidate.source in _IMPERSONAL for candidate in chosen),
            serving=ask.serving,
            exemplars=exemplars,
            why=None if items else self._why(ask),
            next=next_after(request, ask.chain, [candidate.track_id for candidate in chosen], is_kept=ask.is_kept),
            dropped=dropped(pool, chosen) if request.is_explained else (),
        )
        self.showings.keep(ask, page)
        return page

    def _why(self, ask: Ask) -> str:
        if self.index.count(Where()) == 0:
            return "The library is empty: ingest some tracks first."
        if self.index.count(ask.request.filters.where()) == 0:
            return "No track passes the filters."
        if ask.chain.shown:
            return "All tracks that pass the filters have been on the pages before, are excluded or were heard in the last few days."
        return "All tracks that pass the filters are excluded or were heard in the last few days."
