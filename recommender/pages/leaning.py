"""How much a track is to a user's taste: by its artists, its genres and its nearness to the taste's modes."""

from collections.abc import Mapping, Sequence
from typing import Final

from embeddings.spaces import Space
from recommender.payload import PayloadValue
from recommender.ports.index import Point
from recommender.tastes.taste import Taste

_ARTIST: Final = 0.5
_GENRE: Final = 0.2
_MODE: Final = 0.3


def leanings(taste: Taste, points: Sequence[Point], slots: Mapping[Space, tuple[str, str | None]]) -> dict[str, float]:
    """Return for each track how much the user leans to it, 0 to 1.

    Parameters
    ----------
    slots
        The slot that serves a space and its version; a space in which the taste is of another version says nothing.
    """
    return {
        point.track_id: _ARTIST * _share(taste.artists, point.payload.get("artists"))
        + _GENRE * _share(taste.genres, point.payload.get("genres"))
        + _MODE * _nearness(taste, point, slots)
        for point in points
    }


def _share(shares: Mapping[str, float], names: PayloadValue | None) -> float:
    """Return the largest share of one of the names, relative to the largest of all."""
    held = [shares.get(name, 0.0) for name in names] if isinstance(names, list) else []
    return max(held, default=0.0) / max(shares.values(), default=1.0)


def _nearness(taste: Taste, point: Point, slots: Mapping[Space, tuple[str, str | None]]) -> float:
    """Return the highest cosine between the track and a mode, 0 where they point apart."""
    cosines = [0.0]
    for space in (Space.AUDIO, Space.TEXT):
        slot, version = slots[space]
        held = taste.spaces.get(space.value)
        if held is not None and held.version == version and slot in point.vectors:
            cosines += [float(mode.vector @ point.vectors[slot]) for mode in held.modes]
    return min(1.0, max(cosines))
