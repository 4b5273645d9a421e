"""What came of the pages that were shown: acts on their tracks, counted by source, place, model version and whether a page was cold."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.pages.newcomers import SEGMENT_WON
from recommender.ports.stores import ImpressionLog, Tallies
from recommender.trends import LEAST_SHARE, day_of

PLAYED: Final = "played"
COMPLETED: Final = "completed"
SKIPPED: Final = "skipped"
LIKED: Final = "liked"
# A play of so much is a whole one.
COMPLETE: Final = 0.8
# Places are counted in stretches, narrow where attention falls fastest.
_STRETCHES: Final = (1, 2, 3, 4, 6, 11, 21, 51, 101)


def keys_of(page: Impression, place: int) -> tuple[str, ...]:
    """Return what a place of a page (from 0) is counted under."""
    first, after = next(pair for pair in pairwise(_STRETCHES) if pair[0] <= place + 1 < pair[1])
    stretch = f"{first}" if after == first + 1 else f"{first}-{after - 1}"
    return (
        f"source_{page.sources[place]}",
        f"place_{stretch}",
        f"version_{page.collab_version or 'none'}",
        "cold" if page.cold else "personal",
    )


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Count what comes of pages, once for each act that is logged for the first time."""

    impressions: ImpressionLog
    tallies: Tallies

    def heard(self, fresh: Sequence[Interaction], *, now: datetime) -> None:  # noqa: ARG002 - the port's: what counts is when a page was shown
        """Count acts on tracks of pages that were shown to the same user, under the day of the page; private ones never."""
        counts: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        pages: dict[str, Impression | None] = {}
        for act in fresh:
            if act.recommendation_id is None or act.private:
                continue
            if act.recommendation_id not in pages:
                pages[act.recommendation_id] = self.impressions.get(act.recommendation_id)
            page = pages[act.recommendation_id]
            if page is not None and page.user == act.user and act.track_id in page.track_ids:
                for name, keys in _counted(act, page).items():
                    counts[name, day_of(page.at)].update(keys)
        for (name, day), counted in counts.items():
            self.tallies.add(name, counted, day=day)


def rates(shown: Mapping[str, int], tallies: Tallies, *, since: int) -> dict[str, float]:
    """Return reach, skip rate and completion of what was shown from a day on, by name and key such as ``reach_source_audio``.

    Reach is plays (skips are short ones) a place shown; a track played twice from one page counts twice. The others are shares of plays.
    """
    played, completed, skipped = (tallies.read(name, since=since) for name in (PLAYED, COMPLETED, SKIPPED))
    figures = {f"reach_{key}": played.get(key, 0.0) / places for key, places in sorted(shown.items())}
    for key, plays in sorted(played.items()):
        if plays > 0:
            figures[f"skip_rate_{key}"] = skipped.get(key, 0.0) / plays
            figures[f"completion_{key}"] = completed.get(key, 0.0) / plays
    return figures


def _counted(act: Interaction, page: Impression) -> dict[str, tuple[str, ...]]:
    """Return what an act adds to, and under which keys."""
    place = page.track_ids.index(act.track_id)
    keys = keys_of(page, place)
    counted = dict.fromkeys(_names(act), keys)
    if page.segments and _is_won(act):
        counted[SEGMENT_WON] = (page.segments[place],)
    return counted


def _names(act: Interaction) -> tuple[str, ...]:
    match act.kind:
        case Kind.PLAY:
            return (PLAYED, COMPLETED) if act.share is not None and act.share >= COMPLETE else (PLAYED,)
        case Kind.SKIP:
            return (PLAYED, SKIPPED)
        case Kind.LIKE | Kind.SAVE:
            return (LIKED,)
        case _:
            return ()


def _is_won(act: Interaction) -> bool:
    if act.kind is Kind.PLAY:
        return act.share is None or act.share >= LEAST_SHARE
    return act.kind in {Kind.LIKE, Kind.SAVE}
