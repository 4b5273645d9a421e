"""How well pages serve as a whole: coverage, evenness, freshness and cold share over the pages that were shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from recommender.evaluation.spread import gini
from recommender.ports.stores import Catalog, ImpressionLog, InteractionLog
from recommender.sources.fresh import NEW_FOR
from recommender.tracks import TrackStatus

WINDOW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quality:
    """Report on the pages of the last day."""

    impressions: ImpressionLog
    catalog: Catalog
    log: InteractionLog

    def report(self, *, now: datetime) -> Mapping[str, float]:
        """Return figures by name: pages, cold_share, coverage, gini, new_share, and the share of places each source filled."""
        shown: Counter[str] = Counter()
        sources: Counter[str] = Counter()
        pages = cold = 0
        for page in self.impressions.since(now - WINDOW):
            pages += 1
            cold += page.cold
            shown.update(page.track_ids)
            sources.update(page.sources)
        ready = self.catalog.counts().get(TrackStatus.READY, 0) - self.catalog.count_duplicates()
        places = sum(shown.values())
        tracks = self.catalog.get_many(sorted(shown))
        new = sum(count for track_id, count in shown.items() if track_id in tracks and now - tracks[track_id].added_at < NEW_FOR)
        return {
            "pages": float(pages),
            "cold_share": cold / pages if pages else 0.0,
            "coverage": len(shown) / ready if ready else 0.0,
            "gini": _gini(list(shown.values()), ready),
            "new_share": new / places if places else 0.0,
            **{f"source_share_{source}": count / places for source, count in sorted(sources.items())},
        }


def _gini(counts: list[int], catalogue: int) -> float:
    shown = np.repeat(np.arange(len(counts)), counts)
    return gini(shown[None, :], max(catalogue, len(counts)))
