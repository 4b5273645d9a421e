"""What holds candidates back or lifts them: what the user knows, passed over, or dislikes, how popular it is, and what was asked for.

Each rule is a factor on the score. None is 0, except that what was heard never comes before anything new where adventure is 1: a page
is never empty because of taste.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from embeddings.taste import Mode, modes
from recommender.pages.asking import DEFAULT_ADVENTURE, Ask, Candidate
from recommender.pages.chance import drawn
from recommender.pages.policy import between, known_left
from recommender.pages.ranking import artists_of
from recommender.pages.sources.modes import served, tasted
from recommender.pages.sources.session import faded
from recommender.ports.index import Vector
from recommender.tastes.tasting import SAME_TASTE

Factors = Mapping[str, float]


def tempered(candidates: Sequence[Candidate], *rules: Factors) -> list[Candidate]:
    """Return the candidates in the order of their scores times every rule's factor (1 where a rule names no track); ties by id."""
    moved = [_moved(one, math.prod(rule.get(one.track_id, 1.0) for rule in rules)) for one in candidates]
    return sorted(moved, key=lambda one: (-one.score, one.track_id))


def _moved(candidate: Candidate, factor: float) -> Candidate:
    return candidate if factor == 1.0 else candidate.scored(candidate.score * factor)


def of_history(ask: Ask) -> dict[str, Factors]:
    """Return the factor on each track that the user heard, and on each that was shown lately and not played."""
    known = known_left(ask.policy, ask.request.adventure)
    return {"known": dict.fromkeys(ask.taste.heard if ask.taste else (), known), "ignored": ask.ignored}


def of_artists(ask: Ask, candidates: Sequence[Candidate]) -> Factors:
    """Return the factor on each track by an artist that the user plays: in full for the most played one, by the root of the share."""
    shares = ask.taste.artists if ask.taste else {}
    most = max(shares.values(), default=0.0)
    factor = between(ask.policy.known_artists, ask.request.adventure)
    if most <= 0 or factor == 1.0:
        return {}
    known = {one.track_id: max((shares.get(name, 0.0) for name in artists_of(one)), default=0.0) for one in candidates}
    return {track_id: 1.0 + (factor - 1.0) * (share / most) ** 0.5 for track_id, share in known.items() if share > 0}


def of_popularity(ask: Ask, candidates: Sequence[Candidate]) -> Factors:
    """Return the factor on each track that the catalogue calls popular, 0 to 100."""
    loss = 1.0 - between(ask.policy.popular, ask.request.adventure)
    if loss == 0.0:
        return {}
    told = {one.track_id: one.payload.get("popularity") for one in candidates}
    popular = {track_id: float(value) for track_id, value in told.items() if isinstance(value, int | float)}
    return {track_id: 1.0 - loss * min(1.0, max(0.0, value / 100.0)) for track_id, value in popular.items()}


def of_turns(ask: Ask, candidates: Sequence[Candidate]) -> Factors:
    """Return the factor by which candidates, best first, take turns from page to page: the more at stake, the lower they stand.

    Nothing where seeds say what is wanted, and less of it below the usual adventure.
    """
    if ask.request.seeds:
        return {}
    most = ask.policy.turns * min(1.0, ask.request.adventure / DEFAULT_ADVENTURE) / ask.request.limit
    chances = {one.track_id: drawn(ask.request.recommendation_id, "turn", one.track_id) for one in candidates}
    return {track_id: 1.0 - most * min(at, ask.request.limit) * chance for at, (track_id, chance) in enumerate(chances.items())}


def of_distaste(ask: Ask, slot: str, vectors: Mapping[str, Vector]) -> Factors:
    """Return the factor on each track that is like what was skipped and banned, lately or ever, or like a negative seed.

    A track loses the more, the liker it is to the dislike, from where tracks of the space are called alike (see
    ``recommender.tastes.tasting.SAME_TASTE``), and the stronger that is.
    """
    disliked = disliked_in(ask, slot)
    if ask.policy.distaste == 0.0 or not vectors or not disliked:
        return {}
    threshold = alike_from(ask, slot)
    likeness = np.stack(list(vectors.values())) @ np.stack([one.vector for one in disliked]).T
    strength = np.clip((likeness - threshold) / (1.0 - threshold), 0.0, 1.0) * np.array([one.weight for one in disliked])
    most = strength.max(axis=1)
    return {track_id: 1.0 - ask.policy.distaste * float(loss) for track_id, loss in zip(vectors, most, strict=True) if loss > 0}


def disliked_in(ask: Ask, slot: str) -> list[Mode]:
    """Return what is disliked in a slot, each with its strength, 0 to 1."""
    left = faded(ask)
    ever = [one for _, name, taste in tasted(ask) if name == slot for one in taste.distastes]
    session = [one for _, name, taste in tasted(ask, session=True) if name == slot for one in taste.distastes]
    lately = [replace(one, weight=one.weight * left) for one in session]
    return [*ever, *lately, *_pushing(ask, slot)]


def _pushing(ask: Ask, slot: str) -> list[Mode]:
    """Return the groups of like negative seeds, each as strong as its seeds together."""
    away = [(track_id, seed) for track_id, seed in ask.seeds.items() if seed.weight < 0 and slot in seed.point.vectors]
    if not away:
        return []
    weights = np.array([-seed.weight for _, seed in away])
    rows = np.stack([seed.point.vectors[slot] for _, seed in away])
    groups = modes(rows, weights, tuple(track_id for track_id, _ in away), same_taste=alike_from(ask, slot))
    return [replace(group, weight=min(1.0, group.weight * float(weights.sum()))) for group in groups]


def alike_from(ask: Ask, slot: str) -> float:
    """Return the cosine from which on two tracks are called alike in a slot of content."""
    return next(SAME_TASTE[space] for space, (name, _) in served(ask.serving).items() if name == slot)
