"""Ask every source for candidates, fuse what they propose, and fetch what ranking needs to know of the best."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from embeddings.spaces import Space
from recommender.pages.asking import Ask, Candidate, Listed, Query, Source, Weights
from recommender.pages.fusion import Proposal, fuse
from recommender.pages.holding import passing
from recommender.pages.ranking import toward
from recommender.pages.sources.modes import served
from recommender.pages.tempering import of_artists, of_distaste, of_history, of_popularity, tempered
from recommender.ports.index import Hit, Vector, VectorIndex


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The candidates of one request, best first, before a page is cut from them.

    Attributes
    ----------
    ask
        What they answer.
    slot
        The slot in which they are compared with each other; ``None`` where no content is served.
    vectors
        The candidates' vectors in that slot by track id; those without one are missing.
    factors
        By rule, what it left of candidates' scores.
    left
        Tracks that were proposed but are not among the candidates, best first, where the request is to be explained.
    """

    ask: Ask
    candidates: tuple[Candidate, ...]
    slot: str | None = None
    vectors: Mapping[str, Vector] = field(default_factory=lambda: MappingProxyType({}))
    factors: Mapping[str, Weights] = field(default_factory=lambda: MappingProxyType({}))
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Bring candidates: one round trip for all questions, one to describe the best."""

    index: VectorIndex
    sources: Sequence[Source]

    def pool(self, ask: Ask) -> Pool:
        """Return the best candidates with all rules applied, ``ask.policy.pool`` for each place of the page."""
        history = of_history(ask)
        most = math.ceil(ask.policy.pool * ask.request.limit)
        targets = ask.request.filters.targets
        fused = self._fused(ask, history, limit=None if targets or ask.request.is_explained else most)
        if targets:
            # Every candidate's attributes are looked at, but few candidates' vectors.
            fused = toward(self._described(fused), targets)
        slot, found, vectors = self._placed(ask, fused[:most])
        content = {
            "known_artist": of_artists(ask, found),
            "popular": of_popularity(ask, found),
            "distaste": of_distaste(ask, slot, vectors) if slot else {},
        }
        best = tuple(tempered(found, *content.values()))
        return Pool(ask, best, slot, vectors, {**history, **content}, tuple(one.track_id for one in fused[most:]))

    def _fused(self, ask: Ask, history: Mapping[str, Weights], *, limit: int | None) -> list[Candidate]:
        """Return what the sources propose and what passes the filters, best first."""
        proposed = [one for source in self.sources for one in source.proposed(ask)]
        queries = [one for one in proposed if isinstance(one, Query)]
        lists = [one for one in proposed if isinstance(one, Listed)]
        answers = self.index.nearest([query.nearest for query in queries]) if queries else []
        found = [Proposal(query.source, query.weight, query.because, hits) for query, hits in zip(queries, answers, strict=True)]
        return fuse([*found, *self._passing(ask, lists)], *history.values(), limit=limit)

    def confirmed(self, ask: Ask, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Return those candidates, found in memory, that are still in the index and pass, with their payloads of now."""
        known = self._described(candidates)
        passed = passing(ask.where, {one.track_id: one.payload for one in known})
        return [one for one in known if one.track_id in passed]

    def _described(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        points = self.index.fetch([one.track_id for one in candidates]) if candidates else {}
        return [one.described(points[one.track_id].payload) for one in candidates if one.track_id in points]

    def _placed(self, ask: Ask, candidates: Sequence[Candidate]) -> tuple[str | None, list[Candidate], dict[str, Vector]]:
        """Return the slot of content that most candidates have, and the candidates with their payloads and vectors in it."""
        slot, found, vectors = None, list(candidates), {}
        for tried in content_slots(ask):
            points = self.index.fetch([one.track_id for one in candidates], slots=(tried,)) if candidates else {}
            placed = {track_id: point.vectors[tried] for track_id, point in points.items() if tried in point.vectors}
            if slot is None or len(placed) > len(vectors):
                slot, vectors = tried, placed
                found = [one.described(points[one.track_id].payload) for one in candidates if one.track_id in points]
            if 2 * len(vectors) >= len(candidates):
                break
        return slot, found, vectors

    def _passing(self, ask: Ask, lists: Sequence[Listed]) -> list[Proposal]:
        """Return what the lists propose that passes the filters, as the index would have answered it."""
        named = list({track_id: None for listed in lists for track_id in listed.track_ids})
        points = self.index.fetch(named) if named else {}
        passed = passing(ask.where, {track_id: point.payload for track_id, point in points.items()})
        return [
            Proposal(
                listed.source,
                listed.weight,
                listed.because,
                [Hit(track_id, 0.0, {}, {}) for track_id in listed.track_ids if track_id in passed][: ask.depth],
            )
            for listed in lists
        ]


def content_slots(ask: Ask) -> list[str]:
    """Return the slots in which tracks are compared by what they are, sound before words, as far as they are served."""
    return [slot for space, (slot, version) in served(ask.serving).items() if version is not None and space is not Space.COLLAB]
