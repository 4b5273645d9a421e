"""Tracks near each of a user's modes, in every space whose version is still served."""

from typing import Final

from embeddings.spaces import Space
from embeddings.taste import Mode
from recommender.pages.asking import Ask, Because, Query
from recommender.pages.chance import sampled
from recommender.ports.index import Nearest
from recommender.serving import Serving
from recommender.tastes.taste import SpaceTaste

REASONS: Final = {
    Space.AUDIO: "sounds like {tracks}",
    Space.TEXT: "close in style to {tracks}",
    Space.COLLAB: "people who play {tracks} play this",
}


class TasteModes:
    """Ask for what is near some modes of a taste.

    A page asks for a few of them, drawn by their weight, so that each has its share over pages (Pal et al., "PinnerSage", KDD 2020).
    """

    def proposed(self, ask: Ask) -> list[Query]:
        """Return one question for each mode that this page draws, weighted by the root of the mode's share of the listening."""
        found: list[Query] = []
        for space, slot, taste in tasted(ask):
            weights = [max(mode.weight, 1e-6) for mode in taste.modes]
            count = ask.policy.modes_asked.get(space, 0) if ask.weight(space.value) else 0
            asked = sampled(taste.modes, weights, count=count, chance=f"{ask.request.recommendation_id}.{space.value}")
            found.extend(_query(ask, space, slot, mode) for mode in asked)
        return found


def served(serving: Serving) -> dict[Space, tuple[str, str | None]]:
    """Return the slot and version that each space answers from."""
    return {
        Space.AUDIO: (serving.audio_slot, serving.audio_version),
        Space.TEXT: ("text", serving.text_version),
        Space.COLLAB: (serving.collab_slot, serving.collab_version),
    }


def tasted(ask: Ask, *, session: bool = False) -> list[tuple[Space, str, SpaceTaste]]:
    """Return the spaces in which the user has a taste of the version that is served, with the slot that answers there."""
    if ask.taste is None:
        return []
    held = ask.taste.session if session else ask.taste.spaces
    return [
        (space, slot, taste)
        for space, (slot, version) in served(ask.serving).items()
        if version is not None and (taste := held.get(space.value)) is not None and taste.version == version
    ]


def _query(ask: Ask, space: Space, slot: str, mode: Mode) -> Query:
    return Query(
        source=space.value,
        nearest=Nearest(slot, mode.vector, ask.depth, ask.where, with_payload=False),
        weight=ask.weight(space.value) * mode.weight**0.5,
        because=Because(REASONS[space], mode.exemplars),
    )
