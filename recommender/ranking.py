"""Order candidates into a page: near the asked-for attributes, spread apart, no artist too often."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.asking import Candidate
from recommender.ports.index import Vector

# How far from a target an attribute may be before a track loses most of its score: about an eighth of the attribute's range.
TARGET_WIDTH: Final[Mapping[str, float]] = {"tempo": 20.0, "loudness": 6.0, "key": 0.5, "mode": 0.5}
_WIDTH: Final = 0.15
_MISSING: Final = 0.25


def toward(candidates: Sequence[Candidate], targets: Mapping[str, float]) -> list[Candidate]:
    """Return the candidates ordered again by score times nearness to each target (a Gaussian of the distance, 0 to 1)."""
    if not targets:
        return list(candidates)
    moved = [replace(candidate, score=candidate.score * _nearness(candidate, targets)) for candidate in candidates]
    return sorted(moved, key=lambda candidate: (-candidate.score, candidate.track_id))


def held_back(heard: Iterable[str], *, adventure: float) -> dict[str, float]:
    """Return the factor ``(1 - adventure) ** 2`` for each track that the user knows.

    With adventure 0 what is known competes as it is, with 1 it never comes before anything new.
    """
    return dict.fromkeys(heard, (1.0 - adventure) ** 2)


def diversified(
    candidates: Sequence[Candidate],
    vectors: Mapping[str, Vector],
    *,
    limit: int,
    diversity: float,
    artist_cap: int,
) -> list[Candidate]:
    """Choose a page by maximal marginal relevance, with at most ``artist_cap`` tracks an artist and none twice in a row.

    Each step takes the candidate with the highest ``(1 - diversity) * relevance - diversity * likeness`` to what is chosen
    (Carbonell and Goldstein, "The use of MMR", SIGIR 1998, equation 1). The caps yield when nothing else is left.

    Parameters
    ----------
    vectors
        Unit vectors by track id; a track without one is like another only through a shared artist.
    diversity
        0 keeps the order of relevance, 1 only spreads.
    """
    if not candidates:
        return []
    relevance = np.array([candidate.score for candidate in candidates], dtype=np.float64)
    relevance = relevance / max(float(relevance.max()), 1e-12)
    likeness = _likeness(candidates, vectors)
    closest = np.zeros(len(candidates))
    chosen: list[int] = []
    heads = [_head(candidate) for candidate in candidates]
    counts: Counter[str] = Counter()
    left = np.ones(len(candidates), dtype=bool)
    while len(chosen) < min(limit, len(candidates)):
        worth = (1.0 - diversity) * relevance - diversity * closest
        last = heads[chosen[-1]] if chosen else None
        best = _best(worth, left, heads, counts, last=last, artist_cap=artist_cap)
        chosen.append(best)
        left[best] = False
        if heads[best] is not None:
            counts[str(heads[best])] += 1
        closest = np.maximum(closest, likeness[best])
    return [candidates[at] for at in chosen]


def spread_over_genres(candidates: Sequence[Candidate], *, limit: int) -> list[Candidate]:
    """Take the best of each genre in turn, so that one genre does not fill a page."""
    shelves: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        genres = candidate.payload.get("genres")
        shelves.setdefault(genres[0] if isinstance(genres, list) and genres else "", []).append(candidate)
    rounds = max((len(shelf) for shelf in shelves.values()), default=0)
    taken = [shelf[depth] for depth in range(rounds) for shelf in shelves.values() if depth < len(shelf)]
    return taken[:limit]


def _nearness(candidate: Candidate, targets: Mapping[str, float]) -> float:
    nearness = 1.0
    for name, target in targets.items():
        value = candidate.payload.get(name)
        width = TARGET_WIDTH.get(name, _WIDTH)
        nearness *= math.exp(-0.5 * ((float(value) - target) / width) ** 2) if isinstance(value, int | float) else _MISSING
    return nearness


def _likeness(candidates: Sequence[Candidate], vectors: Mapping[str, Vector]) -> NDArray[np.float64]:
    width = next((len(vector) for vector in vectors.values()), 1)
    rows = np.zeros((len(candidates), width))
    for at, candidate in enumerate(candidates):
        vector = vectors.get(candidate.track_id)
        if vector is not None:
            rows[at] = vector
    return np.asarray(rows @ rows.T, dtype=np.float64)


def _head(candidate: Candidate) -> str | None:
    artists = candidate.payload.get("artists")
    return artists[0] if isinstance(artists, list) and artists else None


def _best(
    worth: NDArray[np.float64],
    left: NDArray[np.bool_],
    heads: Sequence[str | None],
    counts: Counter[str],
    *,
    last: str | None,
    artist_cap: int,
) -> int:
    apart: int | None = None
    order = np.argsort(np.where(left, -worth, np.inf), kind="stable")[: int(left.sum())]
    for at in order:
        head = heads[at]
        if head is None or (head != last and counts[head] < artist_cap):
            return int(at)
        if apart is None and head != last:
            apart = int(at)
    return int(order[0]) if apart is None else apart
