"""Tracks near what the query starts from: tracks, artists and genres that the caller or the onboarding picks name."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.spaces import Space
from embeddings.taste import Mode, mean_direction, modes
from recommender.asking import Ask, Because, Query
from recommender.ports.index import Nearest
from recommender.sources.modes import served
from recommender.tasting import SAME_TASTE

# How far a negative seed pushes a question away, as a share of its length (Rocchio's formula keeps it below what pulls).
PUSH: Final = 0.35


class SeedTracks:
    """Ask for what is near the seeds' tracks, away from those that push."""

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
            groups = _groups(space, rows, weights, tuple(placed))
            found.extend(_query(ask, slot, group, space) for group in groups)
        return found


def _groups(space: Space, rows: NDArray[np.float32], weights: NDArray[np.float64], track_ids: tuple[str, ...]) -> tuple[Mode, ...]:
    if space in SAME_TASTE:
        return modes(rows, weights, track_ids, same_taste=SAME_TASTE[space])
    direction = mean_direction(rows, weights)
    telling = sorted(range(len(track_ids)), key=lambda at: (-float(weights[at]), at))
    return () if direction is None else (Mode(direction, 1.0, tuple(track_ids[at] for at in telling[:5])),)


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
