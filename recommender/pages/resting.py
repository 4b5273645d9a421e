"""How long a track is left out after it was heard.

| track | rests after it was last heard |
|---|---|
| one that stands for the taste (an exemplar of a mode: played often, liked, saved) | 3 days |
| any other that was played, skipped, liked or saved | 7 days |

Then it competes again, held back by adventure. The latest 200 tracks heard are known; what was heard before those may return.
"""

from datetime import datetime

from recommender.pages.policy import Policy
from recommender.tastes.taste import Taste


def resting(taste: Taste | None, *, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Return the tracks that are left out for now because they were heard lately."""
    if taste is None:
        return ()
    loved = {track_id for space in taste.spaces.values() for mode in space.modes for track_id in mode.exemplars}
    return tuple(
        sorted(track_id for track_id, at in taste.heard.items() if now - at < (policy.rest if track_id in loved else policy.longest_rest))
    )
