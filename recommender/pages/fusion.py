"""Fuse what several sources proposed into one list: weighted reciprocal rank fusion.

Scores of different spaces are not comparable, ranks are (Cormack, Clarke, Buettcher, "Reciprocal rank fusion outperforms Condorcet and
individual rank learning methods", SIGIR 2009). A track's score is the sum over the questions that found it of
``weight * (K + 1) / (K + rank)``, so that being first in a question of weight 1 counts 1.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommender.pages.asking import Because, Candidate, Query, Weights
from recommender.ports.index import Hit

K: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What one source proposes, best first, and how much its word counts."""

    source: str
    weight: float
    because: Because
    hits: Sequence[Hit]


def proposals(queries: Sequence[Query], answers: Sequence[Sequence[Hit]]) -> list[Proposal]:
    """Return the index's answers as what their sources propose."""
    return [Proposal(query.source, query.weight, query.because, hits) for query, hits in zip(queries, answers, strict=True)]


def fuse(proposed: Sequence[Proposal], *rules: Weights, limit: int | None = None) -> list[Candidate]:
    """Return what was proposed, best first, up to ``limit``; ties by id.

    A track's source and reason are those of the question that added most to its score.

    Parameters
    ----------
    rules
        Factors on the scores of some tracks.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    for proposal in proposed:
        loudest = proposal.weight * (K + 1)
        for place, hit in enumerate(proposal.hits, start=K + 1):
            scores[hit.track_id] += loudest / place
    for rule in rules:
        for track_id in scores.keys() & rule.keys():
            scores[track_id] *= rule[track_id]
    # Most of what is proposed is dropped here, so that only the best are described.
    best = sorted(scores, key=lambda track_id: (-scores[track_id], track_id))[:limit]
    described = {track_id: _Voices() for track_id in best}
    for proposal in proposed:
        loudest = proposal.weight * (K + 1)
        for place, hit in enumerate(proposal.hits, start=K + 1):
            voices = described.get(hit.track_id)
            if voices is not None:
                voices.add(loudest / place, proposal, hit)
    return [described[track_id].candidate(scores[track_id]) for track_id in best]


class _Voices:
    """What was said for one track: how much by each source, and the loudest of all."""

    __slots__ = ("_loudest", "_parts")

    def __init__(self) -> None:
        self._parts: dict[str, float] = {}
        self._loudest: tuple[float, Proposal, Hit] | None = None

    def add(self, part: float, proposal: Proposal, hit: Hit) -> None:
        self._parts[proposal.source] = self._parts.get(proposal.source, 0.0) + part
        if self._loudest is None or part > self._loudest[0]:
            self._loudest = (part, proposal, hit)

    def candidate(self, score: float) -> Candidate:
        if self._loudest is None:
            raise RuntimeError("nobody spoke for this track")
        _, loudest, hit = self._loudest
        return Candidate(hit.track_id, score, loudest.source, loudest.because, hit.payload, self._parts)
