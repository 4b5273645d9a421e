"""Tracks near each of a user's modes, in every space whose version is still served."""

from typing import Final

from embeddings.spaces import Space
from embeddings.taste import Mode
from recommender.asking import Ask, Because, Query
from recommender.chance import sampled
from recommender.ports.index import Nearest
from recommender.serving import Serving

# Collaborative taste is the strongest single signal where it exists; sound and words carry a small catalogue.
WEIGHTS: Final = {Space.AUDIO: 1.0, Space.TEXT: 0.8, Space.COLLAB: 1.6}
# A page asks for some of the modes, drawn by their weight, so that each has its share over pages (Pal et al., "PinnerSage", KDD 2020).
MODES_ASKED: Final = {Space.AUDIO: 2, Space.TEXT: 1, Space.COLLAB: 1}
REASONS: Final = {
    Space.AUDIO: "sounds like {tracks}",
    Space.TEXT: "close in style to {tracks}",
    Space.COLLAB: "people who play {tracks} play this",
}


class TasteModes:
    """Ask for what is near a few modes of a taste."""

    def queries(self, ask: Ask) -> list[Query]:
        """Return one question for each mode that this page draws, weighted by the root of the mode's share of the listening."""
        if ask.taste is None:
            return []
        found: list[Query] = []
        for space, (slot, version) in served(ask.serving).items():
            taste = ask.taste.spaces.get(space.value)
            if taste is None or version is None or taste.version != version:
                continue
            weights = [max(mode.weight, 1e-6) for mode in taste.modes]
            asked = sampled(taste.modes, weights, count=MODES_ASKED[space], chance=f"{ask.request.recommendation_id}.{space.value}")
            found.extend(_query(ask, space, slot, mode) for mode in asked)
        return found


def served(serving: Serving) -> dict[Space, tuple[str, str | None]]:
    """Return the slot and version that each space answers from."""
    return {
        Space.AUDIO: (serving.audio_slot, serving.audio_version),
        Space.TEXT: ("text", serving.text_version),
        Space.COLLAB: (serving.collab_slot, serving.collab_version),
    }


def _query(ask: Ask, space: Space, slot: str, mode: Mode) -> Query:
    return Query(
        source=space.value,
        nearest=Nearest(slot, mode.vector, ask.depth, ask.where, with_payload=False),
        weight=WEIGHTS[space] * mode.weight**0.5,
        because=Because(REASONS[space], mode.exemplars[:3]),
    )
