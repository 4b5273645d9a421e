"""How well pages serve as a whole: coverage, evenness, freshness, cold share, and what came of what was shown."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from recommender.evaluation.spread import gini
from recommender.pages.arrivals import SHOWN_NEW
from recommender.pages.outcomes import keys_of, rates
from recommender.pages.policy import Policy
from recommender.ports.catalog import Catalog
from recommender.ports.stores import ImpressionLog, InteractionLog, Tallies
from recommender.tracks import TrackStatus
from recommender.trends import day_of

WINDOW: Final = timedelta(days=1)
_HEARD_DAYS: Final = 30
_MOST_HEARD: Final = 10_000
# So slow a fading is none within the days that count.
_UNFADED_DAYS: Final = 1e6


@dataclass(frozen=True, slots=True)
class Quality:
    """Report on the pages of the last day."""

    impressions: ImpressionLog
    catalog: Catalog
    log: InteractionLog
    tallies: Tallies
    policy: Policy = field(default_factory=Policy)

    def report(self, *, now: datetime) -> Mapping[str, float]:
        """Return figures by name.

        Of the last 24 hours: pages, cold_share, coverage, gini, new_share, novelty and the share of places that each source filled. Of
        yesterday and today, in UTC days: reach, skip rate and completion by source, place, model version and cold or personal. Of all
        that is new now: how many new tracks were shown at all, and how many as often as they are guaranteed.
        """
        shown: Counter[str] = Counter()
        sources: Counter[str] = Counter()
        keys: Counter[str] = Counter()
        pages = cold = 0
        yesterday = (now - timedelta(days=1)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        for page in self.impressions.since(yesterday):
            keys.update(key for place in range(len(page.track_ids)) for key in keys_of(page, place))
            if page.at > now - WINDOW:
                pages += 1
                cold += page.cold
                shown.update(page.track_ids)
                sources.update(page.sources)
        places = sum(shown.values())
        return {
            "pages": float(pages),
            "cold_share": cold / pages if pages else 0.0,
            **self._spread(shown, now=now),
            **{f"source_share_{source}": count / places for source, count in sorted(sources.items())},
            "novelty": self._novelty(shown, now=now),
            **self._guaranteed(now),
            **rates(keys, self.tallies, since=day_of(yesterday)),
        }

    def _spread(self, shown: Counter[str], *, now: datetime) -> dict[str, float]:
        ready = self.catalog.counts().get(TrackStatus.READY, 0) - self.catalog.count_duplicates()
        tracks = self.catalog.get_many(sorted(shown))
        first = now - self.policy.new_for
        new = sum(count for track_id, count in shown.items() if track_id in tracks and tracks[track_id].added_at > first)
        return {
            "coverage": len(shown) / ready if ready else 0.0,
            "gini": _gini(list(shown.values()), ready),
            "new_share": new / sum(shown.values()) if shown else 0.0,
        }

    def _novelty(self, shown: Counter[str], *, now: datetime) -> float:
        """Return the mean surprise of the places in bits, -log2 of a track's share of the month's plays (Zhou et al., PNAS 2010).

        A track that is not among the most played counts as though it had been played once.
        """
        heard = self.log.trending(now=now, half_life_days=_UNFADED_DAYS, window_days=_HEARD_DAYS, limit=_MOST_HEARD)
        plays = {trend.track_id: max(1.0, trend.plays) for trend in heard}
        total = max(1.0, sum(plays.values()))
        bits = sum(count * math.log2(total / plays.get(track_id, 1.0)) for track_id, count in shown.items())
        return bits / shown.total() if shown else 0.0

    def _guaranteed(self, now: datetime) -> dict[str, float]:
        """Return the accounting of the exposure that new tracks are guaranteed."""
        times = self.tallies.read(SHOWN_NEW, since=day_of(now - self.policy.new_for))
        return {
            "new_tracks_shown": float(len(times)),
            "new_tracks_with_whole_budget": float(sum(count >= self.policy.new_budget for count in times.values())),
            "new_showings": float(sum(times.values())),
        }


def _gini(counts: list[int], catalogue: int) -> float:
    shown = np.repeat(np.arange(len(counts)), counts)
    return gini(shown[None, :], max(catalogue, len(counts)))
