"""New tracks near the user's taste: they are heard by somebody although nobody has played them yet."""

from dataclasses import dataclass

import numpy as np

from recommender.arrivals import Arrival, Arrivals
from recommender.asking import Ask, Because, Listed
from recommender.sources.modes import tasted


@dataclass(frozen=True, slots=True)
class FreshTracks:
    """List what came into the catalogue lately, nearest to the taste first; louder with adventure."""

    arrivals: Arrivals

    def proposed(self, ask: Ask) -> list[Listed]:
        """Return one list; none without adventure, or without a taste in any space."""
        weight = ask.weight("fresh") * ask.request.adventure
        if not weight or not tasted(ask):
            return []
        likely = nearest_to_taste(ask, self.arrivals.passing(ask.where, now=ask.now))
        heaviest = [mode for _, _, taste in tasted(ask) for mode in taste.modes[:2]]
        exemplars = tuple(dict.fromkeys(track_id for mode in heaviest for track_id in mode.exemplars[:3]))
        return [Listed("fresh", likely[: ask.depth // 3], weight, Because("new here, near {tracks}", exemplars))] if likely else []


def nearest_to_taste(ask: Ask, arrivals: dict[str, Arrival]) -> list[str]:
    """Return new tracks by how near they are to the nearest mode, each space on its own scale; those without vectors last."""
    likeness = dict.fromkeys(arrivals, -1.0)
    for _, slot, taste in tasted(ask):
        placed = [track_id for track_id, arrival in arrivals.items() if slot in arrival.point.vectors]
        if not placed or not taste.modes:
            continue
        rows = np.stack([arrivals[track_id].point.vectors[slot] for track_id in placed])
        nearest = (rows @ np.stack([mode.vector for mode in taste.modes]).T).max(axis=1)
        scale = float(nearest.std()) or 1.0
        for track_id, near in zip(placed, (nearest - nearest.mean()) / scale, strict=True):
            likeness[track_id] = max(likeness[track_id], float(near))
    return sorted(likeness, key=lambda track_id: (-likeness[track_id], track_id))
