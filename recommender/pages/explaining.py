"""Why a track is on a page, and why others are not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from embeddings.spaces import Space
from recommender.pages.asking import Candidate
from recommender.pages.page import Dropped, Item, exemplars_of
from recommender.pages.ranking import album_of, artists_of
from recommender.pages.retrieval import Pool
from recommender.ports.index import Vector, VectorIndex
from recommender.tracks import Track

# Below this factor, a rule is named as the reason for which a track is not there.
_HELD_BACK: Final = 0.9
FEW: Final = 5


def told_apart(index: VectorIndex, pool: Pool, chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return the chosen, each from the collaborative space with its exemplars in the order of their likeness to it.

    Exemplars of sound and of words come with the mode that asked. Those of the collaborative space stand for the whole listening, so each
    track names those that it goes with, by the vectors in which the candidates are compared with each other.
    """
    names = sorted({name for one in chosen if one.source == Space.COLLAB for name in one.because.exemplars})
    if not names or pool.slot is None:
        return list(chosen)
    points = index.fetch(names, slots=(pool.slot,))
    rows = {name: point.vectors[pool.slot] for name, point in points.items() if pool.slot in point.vectors}
    return [_likest_first(one, pool.vectors[one.track_id], rows) if _is_told(one, pool) else one for one in chosen]


def reason_of(item: Item, exemplars: Mapping[str, Track]) -> tuple[str, tuple[str, ...]]:
    """Return why a track is there as a sentence, and those of ``exemplars`` that it names."""
    because = item.candidate.because
    others = [track_id for track_id in exemplars_of(item.candidate) if track_id in exemplars]
    names = [_named(exemplars[track_id]) for track_id in others]
    sentence = because.text.replace("{tracks}", " and ".join(names) or "what you play")
    return sentence[:1].upper() + sentence[1:], tuple(others)


def dropped(pool: Pool, page: Sequence[Candidate]) -> tuple[Dropped, ...]:
    """Return what is not on the page, by the step that is to blame for it.

    ``heard_lately`` are all tracks that rest; what filters and exclusions leave out is not seen at all. The other steps count proposed
    tracks: ``less_relevant`` never came near the page; of those that did, each is told by the rule that held it back most, then by the
    cap of its artist or album, then by ``diversity`` where its score was as good as the page's least.
    """
    on_page = {one.track_id for one in page}
    steps: dict[str, list[str]] = {"heard_lately": list(pool.ask.resting), "less_relevant": list(pool.left)}
    for one in pool.candidates:
        if one.track_id not in on_page:
            steps.setdefault(_step(pool, one, page), []).append(one.track_id)
    return tuple(Dropped(step, len(tracks), tuple(tracks[:FEW])) for step, tracks in steps.items() if tracks)


def _is_told(candidate: Candidate, pool: Pool) -> bool:
    return candidate.source == Space.COLLAB and candidate.track_id in pool.vectors


def _likest_first(candidate: Candidate, here: Vector, rows: Mapping[str, Vector]) -> Candidate:
    likeness = {name: float(here @ rows[name]) if name in rows else -np.inf for name in candidate.because.exemplars}
    ordered = tuple(sorted(likeness, key=lambda name: -likeness[name]))
    return replace(candidate, because=replace(candidate.because, exemplars=ordered))


def _step(pool: Pool, one: Candidate, page: Sequence[Candidate]) -> str:
    factors = {name: rule[one.track_id] for name, rule in pool.factors.items() if one.track_id in rule}
    if factors and min(factors.values()) < _HELD_BACK:
        return min(factors, key=lambda name: factors[name])
    policy = pool.ask.policy
    artists = [name for other in page for name in artists_of(other)]
    albums = [name for other in page for name in album_of(other)]
    if any(artists.count(name) >= policy.artist_cap for name in artists_of(one)):
        return "artist_cap"
    if any(albums.count(name) >= policy.album_cap for name in album_of(one)):
        return "album_cap"
    return "diversity" if one.score >= min((other.score for other in page), default=0.0) else "less_relevant"


def _named(track: Track) -> str:
    return f"{track.metadata.title} by {', '.join(track.metadata.artists) or 'an unknown artist'}"
