"""Tracks near what the query starts from: tracks, artists and genres that the caller or the onboarding picks name."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.collaborative.factors import to_slot
from embeddings.collaborative.folding import Folding
from embeddings.spaces import Space
from embeddings.taste import EXEMPLARS, Mode, mean_direction, modes
from recommender.models import Models
from recommender.pages.asking import Ask, Because, Query
from recommender.pages.sources.modes import served
from recommender.ports.index import Nearest
from recommender.tastes.confidence import LIKED
from recommender.tastes.tasting import SAME_TASTE

# How far a negative seed pushes a question away, as a share of its length (Rocchio's formula keeps it below what pulls).
PUSH: Final = 0.35


@dataclass(frozen=True, slots=True)
class SeedTracks:
    """Ask for what is near the seeds' tracks, away from those that push.

    In the collaborative space seeds are folded in as a taste is: they are what somebody likes of whom nothing else is known.
    """

    models: Models

    def proposed(self, ask: Ask) -> list[Query]:
        """Return one question for each group of like seeds in each space; in the collaborative one, one question for all."""
        found: list[Query] = []
        pulling = {track_id: seed for track_id, seed in ask.seeds.items() if seed.weight > 0}
        for space, (slot, version) in served(ask.serving).items():
            placed = [track_id for track_id, seed in pulling.items() if slot in seed.point.vectors]
            if version is None or not placed or not ask.weight("seed"):
                continue
            rows = np.stack([pulling[track_id].point.vectors[slot] for track_id in placed])
            weights = np.array([pulling[track_id].weight for track_id in placed])
            if space in SAME_TASTE:
                groups = modes(rows, weights, tuple(placed), same_taste=SAME_TASTE[space])
            else:
                groups = _folded(self.models.folding(version), rows, weights, tuple(placed))
            found.extend(_query(ask, slot, group, space) for group in groups)
        return found


def _folded(
    folding: Folding | None, rows: NDArray[np.float32], weights: NDArray[np.float64], track_ids: tuple[str, ...]
) -> tuple[Mode, ...]:
    """Return the direction of a user who likes just these tracks, each weight 1 as firmly as an explicit like says it."""
    if folding is None:
        return ()
    vector = to_slot(folding.fold(rows, weights * LIKED))
    length = float(np.linalg.norm(vector))
    telling = sorted(range(len(track_ids)), key=lambda at: (-float(weights[at]), at))[:EXEMPLARS]
    return (Mode(vector / np.float32(length), 1.0, tuple(track_ids[at] for at in telling)),) if length > 0 else ()


def _query(ask: Ask, slot: str, group: Mode, space: Space) -> Query:
    return Query(
        source=f"seed_{space.value}",
        nearest=Nearest(slot, _pushed(ask, slot, group), ask.depth, ask.where, with_payload=False),
        weight=ask.weight("seed") * group.weight**0.5,
        because=Because("starts from {tracks}", group.exemplars),
    )


def _pushed(ask: Ask, slot: str, group: Mode) -> NDArray[np.float32]:
    """Return the group's vector moved away from the negative seeds (Rocchio, "Relevance feedback in information retrieval", 1971)."""
    pushing = [seed for seed in ask.seeds.values() if seed.weight < 0 and slot in seed.point.vectors]
    if not pushing:
        return group.vector
    weights = np.array([-seed.weight for seed in pushing])
    away = mean_direction(np.stack([seed.point.vectors[slot] for seed in pushing]), weights)
    if away is None:
        return group.vector
    return (group.vector - PUSH * min(1.0, float(weights.sum())) * away).astype(np.float32)
