"""New tracks near the user's first mode: they are heard by somebody although nobody has played them yet."""

from datetime import timedelta
from typing import Final

from embeddings.spaces import Space
from recommender.asking import Ask, Because, Query
from recommender.chance import drawn
from recommender.filters import Between
from recommender.ports.index import Nearest
from recommender.sources.modes import served

NEW_FOR: Final = timedelta(days=14)
WEIGHT: Final = 0.5


class FreshTracks:
    """Ask for what came into the catalogue lately and is near the heaviest mode, on a share of the pages that is the adventure.

    A question with conditions of its own costs the index a pass of its own, so that one page in three with a loud answer is better than
    every page with a faint one.
    """

    def queries(self, ask: Ask) -> list[Query]:
        """Return one question, in the first content space in which the user has a taste, or none on this page."""
        if ask.taste is None or drawn(ask.request.recommendation_id) >= ask.request.adventure:
            return []
        slots = served(ask.serving)
        for space in (Space.AUDIO, Space.TEXT):
            slot, version = slots[space]
            taste = ask.taste.spaces.get(space.value)
            if taste is None or taste.version != version or not taste.modes:
                continue
            lately = ask.where.also(Between("added_at", (ask.now - NEW_FOR).timestamp(), None))
            because = Because("new here, near {tracks}", taste.modes[0].exemplars[:3])
            nearest = Nearest(slot, taste.modes[0].vector, ask.depth // 3, lately, with_payload=False)
            return [Query("fresh", nearest, WEIGHT, because)]
        return []
