"""Parts of the catalogue by what they sound like or are called: genres where tracks have them, groups of like tracks where not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.taste import mean_direction
from recommender.payload import Payload
from recommender.ports.index import Point, Vector

MOST: Final = 12
# Genres part a catalogue if so much of it has one of the commonest.
_NAMED_SHARE: Final = 0.5
_GROUPS: Final = 8
_ROUNDS: Final = 10
OTHER: Final = ""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A part of the catalogue.

    Attributes
    ----------
    key
        What it is counted under, the same in every process: a genre, or the track in the middle of a group.
    genre
        Its genre; ``None`` for a group of like tracks.
    centres
        By slot, the mean direction of its tracks.
    """

    key: str
    genre: str | None
    centres: Mapping[str, Vector]


def segments_of(sample: Sequence[Point]) -> tuple[Segment, ...]:
    """Return the parts of the catalogue that a random sample of it shows, the largest first."""
    counted = Counter(genre for point in sample for genre in genres_of(point.payload)[:1])
    common = [genre for genre, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]]
    if len(common) > 1 and sum(counted[genre] for genre in common) >= _NAMED_SHARE * len(sample):
        parts = [(genre, [point for point in sample if genre in genres_of(point.payload)[:1]]) for genre in common]
        return tuple(Segment(genre, genre, _centres(points)) for genre, points in parts)
    return _groups(sample)


def segment_of(segments: Sequence[Segment], point: Point) -> str:
    """Return the key of the segment that a track belongs to: its genre's, or the nearest group's; ``OTHER`` for none."""
    genres = genres_of(point.payload)
    named = {segment.genre for segment in segments if segment.genre is not None}
    if named:
        return next((genre for genre in genres if genre in named), OTHER)
    nearness = {segment.key: _nearness(segment, point) for segment in segments}
    return max(nearness, key=lambda key: nearness[key]) if nearness else OTHER


def genres_of(payload: Payload) -> list[str]:
    """Return a payload's genres."""
    genres = payload.get("genres")
    return genres if isinstance(genres, list) else []


def _nearness(segment: Segment, point: Point) -> float:
    """Return the cosine of a track to a segment's centre in the slot where it is highest; -2 where they share none."""
    shared = segment.centres.keys() & point.vectors.keys()
    return max((float(point.vectors[slot] @ segment.centres[slot]) for slot in shared), default=-2.0)


def _groups(sample: Sequence[Point]) -> tuple[Segment, ...]:
    """Group the sample by spherical k-means in the slot that most of it has, from a farthest-first start."""
    slots = Counter(slot for point in sample for slot in sorted(point.vectors))
    if not slots:
        return ()
    slot = min(slots, key=lambda name: (-slots[name], name))
    points = sorted((point for point in sample if slot in point.vectors), key=lambda point: point.track_id)
    rows = np.stack([point.vectors[slot] for point in points])
    centres = rows[_farthest(rows)]
    for _ in range(_ROUNDS):
        nearest = np.argmax(rows @ centres.T, axis=1)
        centres = np.stack([_mean(rows[nearest == group], centres[group]) for group in range(len(centres))])
    nearest = np.argmax(rows @ centres.T, axis=1)
    groups = [np.flatnonzero(nearest == group) for group in range(len(centres))]
    largest = sorted(zip(groups, centres, strict=True), key=lambda pair: -len(pair[0]))
    return tuple(_group([points[int(at)] for at in members], rows[members] @ centre) for members, centre in largest if len(members))


def _group(points: Sequence[Point], nearness: NDArray[np.float32]) -> Segment:
    """Return a group of like tracks, named by the one in its middle."""
    return Segment(f"like {points[int(np.argmax(nearness))].track_id}", None, _centres(points))


def _farthest(rows: NDArray[np.float32]) -> list[int]:
    chosen = [0]
    closest = rows @ rows[0]
    while len(chosen) < min(_GROUPS, len(rows)):
        far = int(np.argmin(closest))
        # Copies of one sound are one group.
        if closest[far] > 0.999:
            break
        chosen.append(far)
        closest = np.maximum(closest, rows @ rows[far])
    return chosen


def _mean(rows: NDArray[np.float32], former: NDArray[np.float32]) -> NDArray[np.float32]:
    direction = mean_direction(rows, np.ones(len(rows)))
    return former if direction is None else direction


def _centres(points: Sequence[Point]) -> dict[str, Vector]:
    found: dict[str, Vector] = {}
    for slot in sorted({slot for point in points for slot in point.vectors}):
        rows = np.stack([point.vectors[slot] for point in points if slot in point.vectors])
        direction = mean_direction(rows, np.ones(len(rows)))
        if direction is not None:
            found[slot] = direction
    return found
