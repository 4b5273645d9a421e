"""The session: what a user did within the last few hours, which counts for much now and for little soon."""

from datetime import datetime, timedelta
from typing import Final

from recommender.tastes.confidence import SESSION_HALF_LIFE

# Acts further than this before the latest one belong to another session; with its half-life they would weigh a sixty-fourth.
SESSION_WINDOW: Final = timedelta(hours=3)


def strength(session_at: datetime | None, now: datetime) -> float:
    """Return how much a session counts now, 0 to 1: halved every 30 minutes since its latest act, nothing after three hours."""
    if session_at is None or now - session_at > SESSION_WINDOW:
        return 0.0
    return float(0.5 ** max(0.0, (now - session_at) / SESSION_HALF_LIFE))
