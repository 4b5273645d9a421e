"""What was shown lately and not played fades: it steps back for a while, and a bit further each time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from recommender.pages.impressions import Impression
from recommender.pages.policy import Policy


def ignored(pages: Sequence[Impression], acted_on: Collection[str], *, policy: Policy, now: datetime) -> Mapping[str, float]:
    """Return the factor on the score of each track of these pages that was not acted on.

    Each showing costs ``policy.ignored``, less so as it is forgotten: its exponent halves every ``policy.ignored_half_life``.
    """
    showings: dict[str, float] = {}
    for page in pages:
        fresh = 0.5 ** max(0.0, (now - page.at) / policy.ignored_half_life)
        for track_id in page.track_ids:
            if track_id not in acted_on:
                showings[track_id] = showings.get(track_id, 0.0) + fresh
    return {track_id: policy.ignored**times for track_id, times in showings.items()}
