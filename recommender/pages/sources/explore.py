"""Tracks between what the user likes and a part of the catalogue that they do not know: further away with adventure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from embeddings.spaces import Space
from recommender.pages.asking import Ask, Because, Query
from recommender.pages.chance import drawn, sampled
from recommender.pages.policy import Span, between
from recommender.pages.segments import Segment
from recommender.pages.showcase import Showcase
from recommender.pages.sources.fresh import PLAYED_MUCH
from recommender.pages.sources.modes import tasted
from recommender.pages.tempering import alike_from
from recommender.ports.index import Nearest, Vector
from recommender.tastes.taste import SpaceTaste

# How much of the way toward the other part is gone.
STRIDE: Final[Span] = (0.2, 0.7)


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
        aim = self._elsewhere(ask, slot, taste)
        if aim is None:
            return []
        segment, there = aim
        weights = [max(one.weight, 1e-6) for one in taste.modes]
        (mode,) = sampled(taste.modes, weights, count=1, chance=f"{ask.request.recommendation_id}.explore")
        stride = between(STRIDE, ask.request.adventure)
        vector = np.asarray((1.0 - stride) * mode.vector + stride * there, dtype=np.float32)
        if float(np.linalg.norm(vector)) < 1e-6:
            return []
        toward = f" toward {segment.genre}" if segment.genre else ""
        because = Because(f"a step away from {{tracks}}{toward}", mode.exemplars)
        return [Query("explore", Nearest(slot, vector, ask.depth, ask.where, with_payload=False), weight, because)]

    def _elsewhere(self, ask: Ask, slot: str, taste: SpaceTaste) -> tuple[Segment, Vector] | None:
        """Return a segment that the user does not play much and the vector of a track of it, both drawn by the page.

        Not its centre: the tracks near a centre are the same for everybody. Nothing that is like a dislike is drawn.
        """
        showing = self.showcase.at(ask.now)
        played = ask.taste.genres if ask.taste else {}
        page = ask.request.recommendation_id
        strange = [
            segment
            for segment in showing.segments
            if slot in segment.centres
            and played.get(segment.key, 0.0) < PLAYED_MUCH
            and not _is_disliked(segment.centres[slot], taste, threshold=alike_from(ask, slot))
        ]
        if not strange:
            return None
        segment = strange[int(drawn(page, "segment") * len(strange))]
        inside = [
            exhibit.point.vectors[slot]
            for exhibit in showing.exhibits.values()
            if exhibit.segment == segment.key and slot in exhibit.point.vectors
        ]
        liked = [vector for vector in inside if not _is_disliked(vector, taste, threshold=alike_from(ask, slot))]
        return (segment, liked[int(drawn(page, "aim") * len(liked))]) if liked else None


def _is_disliked(vector: Vector, taste: SpaceTaste, *, threshold: float) -> bool:
    return any(float(vector @ one.vector) >= threshold for one in taste.distastes)
