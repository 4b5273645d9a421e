"""Cut a page from candidates, and fill what they leave open: with tracks for newcomers, with what is popular, with what is new."""

from collections.abc import Sequence
from dataclasses import dataclass

from recommender.filters import OneOfTracks
from recommender.pages.asking import Ask, Candidate
from recommender.pages.explaining import told_apart
from recommender.pages.exposure import Exposure
from recommender.pages.newcomers import Newcomers
from recommender.pages.policy import between
from recommender.pages.popularity import Popularity
from recommender.pages.ranking import Shape, artists_in, composed
from recommender.pages.retrieval import Pool, Retrieval
from recommender.pages.tempering import alike_from, of_turns, tempered
from recommender.ports.index import VectorIndex


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
            shape = _shape(ask, slot=pool.slot)
            candidates = tempered(pool.candidates, of_turns(ask, pool.candidates))
            page = composed(candidates, pool.vectors, shape, mix=mix, former=self._artists_before(ask))
            chosen = told_apart(self.index, pool, page)
        else:
            chosen = self.retrieval.confirmed(ask, self.newcomers.chosen(ask))
        if len(chosen) < ask.request.limit:
            chosen = [*chosen, *self._popular(ask, chosen)]
        return self.exposure.given(ask, chosen)

    def _artists_before(self, ask: Ask) -> list[str]:
        """Return the artists with whom the page before ended."""
        last = ask.chain.last
        points = self.index.fetch([last]) if last is not None else {}
        return artists_in(points[last].payload) if last is not None and last in points else []

    def _popular(self, ask: Ask, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return popular tracks for the places that are open."""
        taken = tuple(candidate.track_id for candidate in chosen)
        where = ask.where.also(without=(OneOfTracks(taken),) if taken else ())
        missing = ask.request.limit - len(chosen)
        found = self.popularity.spread(where, targets=ask.request.filters.targets, limit=3 * missing, now=ask.now)
        return composed(_ranked(found), {}, _shape(ask, limit=missing), after=chosen)


def _shape(ask: Ask, *, limit: int | None = None, slot: str | None = None) -> Shape:
    """Return what a page of this request should be like; one that is only filled has no diversity to look for."""
    return Shape(
        limit=ask.request.limit if limit is None else limit,
        diversity=between(ask.policy.diversity, ask.request.adventure) if limit is None else 0.0,
        alike_from=alike_from(ask, slot) if slot is not None else 0.0,
        calibration=ask.policy.calibration * (1.0 - ask.request.adventure) if limit is None else 0.0,
        artist_cap=ask.policy.artist_cap,
        album_cap=ask.policy.album_cap,
    )


def _ranked(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with scores that fall in the order in which they stand: scores of several lists do not compare."""
    return [one.scored(1.0 / (1 + place)) for place, one in enumerate(candidates)]
