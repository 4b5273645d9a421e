"""Tracks near what the user has liked in the session that goes on now."""

from typing import Final

from recommender.pages.asking import Ask, Because, Query
from recommender.pages.sources.modes import tasted
from recommender.ports.index import Nearest
from recommender.tastes.session import strength

# Below this a session is over.
_LEAST: Final = 0.05


class Session:
    """Ask for what is near the session's taste; its word fades from the moment of its latest act."""

    def proposed(self, ask: Ask) -> list[Query]:
        """Return one question a space, or none without a session."""
        left = faded(ask)
        if left < _LEAST or not ask.weight("session"):
            return []
        return [
            Query(
                source="session",
                nearest=Nearest(slot, mode.vector, ask.depth, ask.where, with_payload=False),
                weight=ask.weight("session") * left,
                because=Because("goes on from {tracks}", mode.exemplars),
            )
            for _, slot, taste in tasted(ask, session=True)
            for mode in taste.modes
        ]


def faded(ask: Ask) -> float:
    """Return what is left of the session's word, 0 to 1."""
    return strength(ask.taste.session_at, ask.now) if ask.taste is not None else 0.0
