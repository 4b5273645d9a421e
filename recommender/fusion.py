"""Fuse what several sources proposed into one list: weighted reciprocal rank fusion.

Scores of different spaces are not comparable, ranks are (Cormack, Clarke, Buettcher, "Reciprocal rank fusion outperforms Condorcet and
individual rank learning methods", SIGIR 2009). A track's score is the sum over the questions that found it of
``weight * (K + 1) / (K + rank)``, so that being first in a question of weight 1 counts 1.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.asking import Because, Candidate, Query
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


def fuse(proposed: Sequence[Proposal], *, held_back: Mapping[str, float] | None = None, limit: int | None = None) -> list[Candidate]:
    """Return what was proposed, best first, up to ``limit``; ties by id.

    A track's source and reason are those of the question that added most to its score.

    Parameters
    ----------
    held_back
        Factors, 0 to 1, on the scores of some tracks.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    parts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    loudest: dict[str, tuple[float, Proposal, Hit]] = {}
    for proposal in proposed:
        for rank, hit in enumerate(proposal.hits):
            part = proposal.weight * (K + 1) / (K + 1 + rank)
            scores[hit.track_id] += part
            parts[hit.track_id][proposal.source] += part
            if hit.track_id not in loudest or part > loudest[hit.track_id][0]:
                loudest[hit.track_id] = (part, proposal, hit)
    for track_id, factor in (held_back or {}).items():
        if track_id in scores:
            scores[track_id] *= factor
    best = sorted(scores, key=lambda track_id: (-scores[track_id], track_id))[:limit]
    return [_candidate(track_id, scores[track_id], parts[track_id], *loudest[track_id][1:]) for track_id in best]


def _candidate(track_id: str, score: float, parts: Mapping[str, float], loudest: Proposal, hit: Hit) -> Candidate:
    return Candidate(track_id, score, loudest.source, loudest.because, hit.payload, dict(parts))
