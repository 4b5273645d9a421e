"""Cut a page from candidates, and fill what they leave open: with tracks for newcomers, with what is popular, with what is new."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.asking import Ask, Candidate
from recommender.explaining import told_apart
from recommender.exposure import Exposure
from recommender.filters import OneOfTracks
from recommender.newcomers import Newcomers
from recommender.policy import between
from recommender.popularity import Popularity
from recommender.ports.index import VectorIndex
from recommender.ranking import Shape, composed
from recommender.retrieval import Pool, Retrieval


@dataclass(frozen=True, slots=True)
class Composing:
    """Make pages of pools."""

    index: VectorIndex
    retrieval: Retrieval
    newcomers: Newcomers
    popularity: Popularity
    exposure: Exposure

    def page(self, pool: Pool) -> list[Candidate]:
        """Return the tracks of a page in order, each once."""
        ask = pool.ask
        if pool.candidates:
            # With seeds, the mix that is wanted is theirs, not the user's.
            mix = ask.taste.genres if ask.taste is not None and not ask.request.seeds else {}
            chosen = told_apart(self.index, pool, composed(pool.candidates, pool.vectors, _shape(ask), mix=mix))
        else:
            chosen = self.retrieval.confirmed(ask, self.newcomers.chosen(ask))
        if len(chosen) < ask.request.limit:
            chosen = [*chosen, *self._popular(ask, chosen)]
        return self.exposure.given(ask, chosen)

    def _popular(self, ask: Ask, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return popular tracks for the places that are open."""
        taken = tuple(candidate.track_id for candidate in chosen)
        where = ask.where.also(without=(OneOfTracks(taken),) if taken else ())
        missing = ask.request.limit - len(chosen)
        found = self.popularity.spread(where, targets=ask.request.filters.targets, limit=3 * missing, now=ask.now)
        return composed(_ranked(found), {}, _shape(ask, limit=missing), after=chosen)


def _shape(ask: Ask, *, limit: int | None = None) -> Shape:
    """Return what a page of this request should be like; one that is only filled has no diversity to look for."""
    return Shape(
        limit=ask.request.limit if limit is None else limit,
        diversity=between(ask.policy.diversity, ask.request.adventure) if limit is None else 0.0,
        calibration=ask.policy.calibration * (1.0 - ask.request.adventure) if limit is None else 0.0,
        artist_cap=ask.policy.artist_cap,
        album_cap=ask.policy.album_cap,
    )


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with scores that fall in the order in which they stand: scores of several lists do not compare."""
    return [one.scored(1.0 / (1 + place)) for place, one in enumerate(candidates)]
