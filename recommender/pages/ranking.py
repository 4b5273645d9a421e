"""Order candidates into a page: near the asked-for attributes, spread apart, true to a mix of genres, no artist too often."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.pages.asking import Candidate
from recommender.pages.calibration import calibration_to
from recommender.payload import Payload
from recommender.ports.index import Vector

# How far from a target an attribute may be before a track loses most of its score: about an eighth of the attribute's range.
TARGET_WIDTH: Final[Mapping[str, float]] = {"tempo": 20.0, "loudness": 6.0, "key": 0.5, "mode": 0.5}
_WIDTH: Final = 0.15
_MISSING: Final = 0.25


def toward(candidates: Sequence[Candidate], targets: Mapping[str, float]) -> list[Candidate]:
    """Return the candidates ordered again by score times nearness to each target (a Gaussian of the distance, 0 to 1)."""
    if not targets:
        return list(candidates)
    moved = [candidate.scored(candidate.score * _nearness(candidate, targets)) for candidate in candidates]
    return sorted(moved, key=lambda candidate: (-candidate.score, candidate.track_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a page should be like beside relevant.

    Attributes
    ----------
    diversity, calibration
        Shares, 0 to 1, of spreading apart and of keeping to a mix of genres in the choice of each track.
    alike_from
        Cosine from which tracks are called alike: farther apart than that, all are as different as they need be.
    artist_cap, album_cap
        Most tracks of an artist and of an album.
    """

    limit: int
    diversity: float = 0.0
    alike_from: float = 0.0
    calibration: float = 0.0
    artist_cap: int = 3
    album_cap: int = 2


def composed(
    candidates: Sequence[Candidate],
    vectors: Mapping[str, Vector],
    shape: Shape,
    *,
    mix: Mapping[str, float] | None = None,
    after: Sequence[Candidate] = (),
    former: Sequence[str] = (),
) -> list[Candidate]:
    """Choose a page step by step, each time the track that is worth most after those chosen.

    A track is worth its relevance, less its likeness to the likest one chosen (maximal marginal relevance: Carbonell and Goldstein, "The
    use of MMR", SIGIR 1998, equation 1), less how far the page would stray from the wanted mix of genres (see
    ``recommender.pages.calibration``). No artist comes twice in a row and no artist or album too often, as long as anything else is left.

    Parameters
    ----------
    vectors
        Unit vectors by track id; a track without one is like no other.
    mix
        The wanted shares by genre.
    after
        What the page has already; it is not returned again, but rules count it.
    former
        Artists of the track that the page before ended with.
    """
    if not candidates:
        return []
    wanted = calibration_to(mix, candidates) if mix and shape.calibration else None
    share = shape.calibration if wanted else 0.0
    relevance = np.array([candidate.score for candidate in candidates], dtype=np.float64)
    relevance = (1.0 - shape.diversity) * (1.0 - share) * relevance / max(float(relevance.max()), 1e-12)
    # Without the threshold, those win that are far from everything: the same ones on everybody's pages.
    likeness = shape.diversity * np.maximum(0.0, (_likeness(candidates, vectors) - shape.alike_from) / (1.0 - shape.alike_from))
    closest = np.zeros(len(candidates))
    rules = _Rules(shape, candidates, after, former)
    chosen: list[int] = []
    while len(chosen) < min(shape.limit, len(candidates)):
        worth = relevance - closest
        if wanted is not None:
            worth -= share * wanted.divergences()
        worth[chosen] = -np.inf
        chosen.append(rules.take(np.argsort(-worth, kind="stable")[: len(candidates) - len(chosen)].tolist()))
        closest = np.maximum(closest, likeness[chosen[-1]])
        if wanted is not None:
            wanted.add(chosen[-1])
    return [candidates[at] for at in chosen]


class _Rules:
    """Which candidates may come next: none of the artist before, and none of an artist or an album that had its share."""

    def __init__(self, shape: Shape, candidates: Sequence[Candidate], after: Sequence[Candidate], former: Sequence[str]) -> None:
        self._shape = shape
        self._artists_of = [artists_of(one) for one in candidates]
        self._albums_of = [album_of(one) for one in candidates]
        self._artists: Counter[str] = Counter()
        self._albums: Counter[str] = Counter()
        self._former = set(former)
        for one in after:
            self._count(artists_of(one), album_of(one))

    def take(self, ranked: Sequence[int]) -> int:
        """Take the first that may come next; the caps yield before an artist follows themselves."""
        apart: int | None = None
        taken: int | None = None
        for at in ranked:
            if not self._former.isdisjoint(self._artists_of[at]):
                continue
            if not self._is_capped(at):
                taken = at
                break
            apart = at if apart is None else apart
        best = next(at for at in (taken, apart, ranked[0]) if at is not None)
        self._count(self._artists_of[best], self._albums_of[best])
        return best

    def _count(self, artists: Sequence[str], albums: Sequence[str]) -> None:
        self._former = set(artists)
        self._artists.update(self._former)
        self._albums.update(albums)

    def _is_capped(self, at: int) -> bool:
        return any(self._artists[name] >= self._shape.artist_cap for name in self._artists_of[at]) or any(
            self._albums[name] >= self._shape.album_cap for name in self._albums_of[at]
        )


def artists_of(candidate: Candidate) -> list[str]:
    """Return a candidate's artists, as payloads hold them."""
    return artists_in(candidate.payload)


def artists_in(payload: Payload) -> list[str]:
    """Return a payload's artists."""
    artists = payload.get("artists")
    return artists if isinstance(artists, list) else []


def album_of(candidate: Candidate) -> list[str]:
    """Return a candidate's album as one name, told apart by its first artist; nothing without one."""
    album = candidate.payload.get("album")
    return [f"{album}\x1f{(artists_of(candidate) or [''])[0]}"] if isinstance(album, str) else []


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
