"""Tracks between what the user likes and a part of the catalogue that they do not know: further away with adventure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from embeddings.spaces import Space
from recommender.asking import Ask, Because, Query
from recommender.chance import drawn, sampled
from recommender.policy import Span, between
from recommender.ports.index import Nearest
from recommender.segments import Segment
from recommender.showcase import Showcase
from recommender.sources.modes import tasted

# How much of the way toward the other part is gone.
STRIDE: Final[Span] = (0.2, 0.7)
# A genre of more of the listening is known.
_PLAYED_MUCH: Final = 0.1


@dataclass(frozen=True, slots=True)
class Exploration:
    """Ask for what lies on the way from a mode to a segment of the catalogue that this page draws.

    It asks in the slot, and under the conditions, of the modes themselves, so that the index answers it in the same pass.
    """

    showcase: Showcase

    def proposed(self, ask: Ask) -> list[Query]:
        """Return one question in the first space of content in which the user has a taste; none without adventure."""
        weight = ask.weight("explore") * ask.request.adventure
        places = [(slot, taste) for space, slot, taste in tasted(ask) if space is not Space.COLLAB and taste.modes] if weight else []
        if not places:
            return []
        slot, taste = places[0]
        segment = self._elsewhere(ask, slot)
        if segment is None:
            return []
        weights = [max(one.weight, 1e-6) for one in taste.modes]
        (mode,) = sampled(taste.modes, weights, count=1, chance=f"{ask.request.recommendation_id}.explore")
        stride = between(STRIDE, ask.request.adventure)
        vector = np.asarray((1.0 - stride) * mode.vector + stride * segment.centres[slot], dtype=np.float32)
        if float(np.linalg.norm(vector)) < 1e-6:
            return []
        toward = f" toward {segment.genre}" if segment.genre else ""
        because = Because(f"a step away from {{tracks}}{toward}", mode.exemplars)
        return [Query("explore", Nearest(slot, vector, ask.depth, ask.where, with_payload=False), weight, because)]

    def _elsewhere(self, ask: Ask, slot: str) -> Segment | None:
        """Return a segment that the user does not play much, drawn by the page."""
        played = ask.taste.genres if ask.taste else {}
        segments = self.showcase.at(ask.now).segments
        strange = [segment for segment in segments if slot in segment.centres and played.get(segment.key, 0.0) < _PLAYED_MUCH]
        return strange[int(drawn(ask.request.recommendation_id, "segment") * len(strange))] if strange else None
