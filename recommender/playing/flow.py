"""Order tracks so that one leads into the next: near in tempo, in key and in energy, and never an artist twice in a row."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.payload import Payload
from recommender.playing.keys import key_distance

Costs = NDArray[np.float64]
Order = list[int]

# What a step is made of. Tempo and key are what a listener notices first at a seam (Cliff, "Hang the DJ", HP Labs 2000).
WEIGHTS: Final = {"tempo": 0.35, "key": 0.35, "energy": 0.3}
# An unknown attribute is neither near nor far.
UNKNOWN: Final = 0.5
# Where a difference counts in full: 19 % of tempo (a quarter of an octave), half of the energy scale.
TEMPO_WIDTH: Final = 0.25
ENERGY_WIDTH: Final = 0.5
# An octave of tempo is heard as the same beat, counted otherwise; it costs this little.
OCTAVE: Final = 0.1
# On an arc, how many times a step against it counts.
AGAINST: Final = 6.0
_LONGEST_MOVE: Final = 3


class Arc(StrEnum):
    """Name how energy goes through the list: in small steps, up, or down."""

    SMOOTH = "smooth"
    RISING = "rising"
    FALLING = "falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What flow looks at in a track; ``None`` where it is not known.

    Attributes
    ----------
    tempo
        Beats a minute, positive.
    key
        Pitch class of the tonic, 0 is C.
    major
        Whether the mode is major; ``None`` takes what is nearer.
    """

    tempo: float | None = None
    key: int | None = None
    major: bool | None = None
    energy: float | None = None
    artist: str | None = None


def sound_of(payload: Payload) -> Sound:
    """Return what a point's payload tells; values outside of their range are not known."""
    tempo, key, mode, energy = (_number(payload, name) for name in ("tempo", "key", "mode", "energy"))
    artists = payload.get("artists")
    return Sound(
        tempo=tempo if tempo is not None and tempo > 0 else None,
        key=int(key) if key is not None and 0 <= key <= 11 else None,
        major=mode >= 0.5 if mode is not None else None,
        energy=energy,
        artist=artists[0] if isinstance(artists, list) and artists else None,
    )


def flowing(sounds: Sequence[Sound], *, arc: Arc = Arc.SMOOTH, after: Sound | None = None) -> Order:
    """Return the places of ``sounds`` in the order in which they flow, following ``after``.

    Of three starts (as given, each time the nearest, artists apart) the cheapest is improved by reversing and by moving stretches until
    no such change helps: the local search of 2-opt and Or-opt (Croes 1958; Or 1976), on a path whose steps may cost more in one direction.
    The outcome never costs more than the order given, and has no artist twice in a row wherever that is possible.
    """
    if len(sounds) < 2:
        return list(range(len(sounds)))
    costs = _costs(sounds, arc=arc, after=after)
    starts = [np.arange(1, len(costs)), _nearest_first(costs), _artists_apart(sounds, after)]
    best = min(starts, key=lambda start: _length(costs, start))
    return [int(place) - 1 for place in _improved(costs, best)]


def cost_of(sounds: Sequence[Sound], order: Sequence[int] | None = None, *, arc: Arc = Arc.SMOOTH, after: Sound | None = None) -> float:
    """Return what an order of these sounds costs: the sum of its steps, each 0 to 1 (more against an arc or with an artist twice)."""
    places = np.arange(1, len(sounds) + 1) if order is None else np.asarray(order, np.intp) + 1
    return _length(_costs(sounds, arc=arc, after=after), places)


def step_cost(first: Sound, then: Sound, *, arc: Arc = Arc.SMOOTH) -> float:
    """Return how far a step is in tempo, key and energy: 0 is seamless, 1 is as far as can be on a smooth arc."""
    key = UNKNOWN if first.key is None or then.key is None else key_distance((first.key, first.major), (then.key, then.major))
    return (
        WEIGHTS["tempo"] * _between(first.tempo, then.tempo, tempo_distance)
        + WEIGHTS["key"] * key
        + WEIGHTS["energy"] * _between(first.energy, then.energy, lambda a, b: _energy_step(a, b, arc))
    )


def tempo_distance(first: float, then: float) -> float:
    """Return how unlike two tempi are, 0 to 1: half and double tempo are near, because the same beat is counted either way."""
    octaves = abs(float(np.log2(first / then)))
    beside = abs(octaves - round(octaves))
    return min(1.0, beside / TEMPO_WIDTH + (OCTAVE if round(octaves) else 0.0))


def _energy_step(first: float, then: float, arc: Arc) -> float:
    step = min(1.0, abs(then - first) / ENERGY_WIDTH)
    against = (arc is Arc.RISING and then < first) or (arc is Arc.FALLING and then > first)
    return step * (AGAINST if against else 1.0)


def _between(first: float | None, then: float | None, distance: Callable[[float, float], float]) -> float:
    return UNKNOWN if first is None or then is None else distance(first, then)


def _number(payload: Payload, name: str) -> float | None:
    value = payload.get(name)
    return float(value) if isinstance(value, int | float) else None


def _costs(sounds: Sequence[Sound], *, arc: Arc, after: Sound | None) -> Costs:
    """Return what each step costs, shape (n + 1, n + 1); row 0 is what plays before, which costs nothing where nothing does."""
    rows = np.zeros((len(sounds) + 1, len(sounds) + 1))
    twice = AGAINST * (len(sounds) + 1)
    for at, first in enumerate((after, *sounds)):
        for to, then in enumerate(sounds, start=1):
            if first is not None and at != to:
                same = first.artist is not None and first.artist == then.artist
                # more than all other steps together, so that no gain elsewhere buys an artist twice in a row
                rows[at, to] = step_cost(first, then, arc=arc) + (twice if same else 0.0)
    return rows


def _length(costs: Costs, places: NDArray[np.intp]) -> float:
    return float(costs[np.concatenate(([0], places[:-1])), places].sum())


def _nearest_first(costs: Costs) -> NDArray[np.intp]:
    """Return the path that takes the nearest of what is left each time."""
    left = np.ones(len(costs), dtype=bool)
    left[0] = False
    places: list[int] = []
    while left.any():
        steps = np.where(left, costs[places[-1] if places else 0], np.inf)
        places.append(int(np.argmin(steps)))
        left[places[-1]] = False
    return np.array(places, np.intp)


def _artists_apart(sounds: Sequence[Sound], after: Sound | None) -> NDArray[np.intp]:
    """Return the path that takes a track of the artist with most left who did not just play: the fewest repeats there can be."""
    shelves: dict[str, list[int]] = {}
    for at, sound in enumerate(sounds):
        shelves.setdefault(sound.artist if sound.artist is not None else f"\x00{at}", []).append(at + 1)
    left = Counter({name: len(shelf) for name, shelf in shelves.items()})
    last = after.artist if after is not None else None
    places: list[int] = []
    for _ in sounds:
        ranked = left.most_common(2)
        last = ranked[1][0] if ranked[0][0] == last and len(ranked) > 1 else ranked[0][0]
        places.append(shelves[last][-left[last]])
        left[last] -= 1
        left = +left
    return np.array(places, np.intp)


def _improved(costs: Costs, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the path after the best reversal or move, again and again, until none shortens it."""
    # One end column that costs nothing stands for the end of the path.
    walk = np.pad(costs, ((0, 1), (0, 1)))
    end = len(costs)
    for _ in range(4 * len(places)):
        path = np.concatenate(([0], places, [end]))
        saved, better = max((_best_reversal(walk, path), *_best_moves(walk, path)), key=lambda found: found[0])
        if saved < 1e-9:
            break
        places = better[1:-1]
    return places


def _best_reversal(walk: Costs, path: NDArray[np.intp]) -> tuple[float, NDArray[np.intp]]:
    """Return the most that reversing one stretch saves, and the path after it."""
    inner = np.arange(1, len(path) - 1)
    ahead = np.concatenate(([0.0], np.cumsum(walk[path[:-1], path[1:]])))
    back = np.concatenate(([0.0], np.cumsum(walk[path[1:], path[:-1]])))
    first, last = inner[:, None], inner[None, :]
    before = walk[path[first - 1], path[first]] + walk[path[last], path[last + 1]] + ahead[last] - ahead[first]
    after = walk[path[first - 1], path[last]] + walk[path[first], path[last + 1]] + back[last] - back[first]
    saved = np.where(first < last, before - after, -np.inf)
    start, stop = (int(at) + 1 for at in np.unravel_index(int(np.argmax(saved)), saved.shape))
    return float(saved[start - 1, stop - 1]), np.concatenate((path[:start], path[start : stop + 1][::-1], path[stop + 1 :]))


def _best_moves(walk: Costs, path: NDArray[np.intp]) -> list[tuple[float, NDArray[np.intp]]]:
    """Return, for stretches of one, two and three tracks, the most that moving one elsewhere saves, and the path after it."""
    found: list[tuple[float, NDArray[np.intp]]] = []
    for size in range(1, min(_LONGEST_MOVE, len(path) - 3) + 1):
        starts = np.arange(1, len(path) - size)[:, None]
        stops = starts + size - 1
        gaps = np.arange(len(path) - 1)[None, :]
        freed = walk[path[starts - 1], path[starts]] + walk[path[stops], path[stops + 1]] - walk[path[starts - 1], path[stops + 1]]
        spent = walk[path[gaps], path[starts]] + walk[path[stops], path[gaps + 1]] - walk[path[gaps], path[gaps + 1]]
        saved = np.where((gaps < starts - 1) | (gaps > stops), freed - spent, -np.inf)
        row, gap = (int(at) for at in np.unravel_index(int(np.argmax(saved)), saved.shape))
        stretch, rest = path[row + 1 : row + 1 + size], np.concatenate((path[: row + 1], path[row + 1 + size :]))
        to = gap + 1 if gap <= row else gap + 1 - size
        found.append((float(saved[row, gap]), np.concatenate((rest[:to], stretch, rest[to:]))))
    return found
