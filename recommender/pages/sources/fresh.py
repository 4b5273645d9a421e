"""New tracks near the user's taste: they are heard by somebody although nobody has played them yet."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from recommender.pages.arrivals import Arrival, Arrivals
from recommender.pages.asking import Ask, Because, Listed
from recommender.pages.ranking import artists_in
from recommender.pages.segments import genres_of
from recommender.pages.sources.modes import tasted
from recommender.tastes.tasting import SAME_TASTE

# No more of a page is offered, however many tracks are new.
MOST: Final = 0.25
# A genre of less of the listening is not said to be the user's.
PLAYED_MUCH: Final = 0.1


@dataclass(frozen=True, slots=True)
class FreshTracks:
    """List what came into the catalogue lately, nearest to the taste first; louder with adventure."""

    arrivals: Arrivals

    def proposed(self, ask: Ask) -> list[Listed]:
        """Return one list; none without adventure, or without a taste in any space."""
        weight = ask.weight("fresh") * ask.request.adventure
        if not weight or not tasted(ask):
            return []
        suiting = within_taste(ask, self.arrivals.passing(ask.where, now=ask.now))
        likely = nearest_to_taste(ask, suiting)[: math.ceil(MOST * ask.request.limit)]
        heaviest = [mode for _, _, taste in tasted(ask) for mode in taste.modes[:2]]
        exemplars = tuple(dict.fromkeys(track_id for mode in heaviest for track_id in mode.exemplars[:3]))
        return [Listed("fresh", likely, weight, Because("new here, near {tracks}", exemplars))] if likely else []


def within_taste(ask: Ask, arrivals: dict[str, Arrival]) -> dict[str, Arrival]:
    """Return new tracks that are the user's kind: like a mode and not liker to a dislike, or by an artist or of a genre that they play."""
    if ask.taste is None:
        return {}
    names = ask.taste.artists.keys()
    genres = {genre for genre, share in ask.taste.genres.items() if share >= PLAYED_MUCH}
    played = {
        track_id
        for track_id, arrival in arrivals.items()
        if not names.isdisjoint(artists_in(arrival.point.payload)) or not genres.isdisjoint(genres_of(arrival.point.payload))
    }
    suiting = played | {track_id for track_id, arrival in arrivals.items() if _is_like_a_mode(ask, arrival)}
    return {track_id: arrival for track_id, arrival in arrivals.items() if track_id in suiting}


def _is_like_a_mode(ask: Ask, arrival: Arrival) -> bool:
    for space, slot, taste in tasted(ask):
        here = arrival.point.vectors.get(slot)
        if here is None or space not in SAME_TASTE or not taste.modes:
            continue
        liked = max(float(here @ mode.vector) for mode in taste.modes)
        disliked = max((float(here @ one.vector) for one in taste.distastes), default=-1.0)
        if liked >= SAME_TASTE[space] and liked > disliked:
            return True
    return False


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
