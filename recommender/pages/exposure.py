"""The guaranteed exposure of new tracks: a share of all places goes to those that have not had their budget of showings yet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from recommender.pages.arrivals import Arrivals
from recommender.pages.asking import Ask, Because, Candidate
from recommender.pages.chance import drawn
from recommender.pages.ranking import artists_of
from recommender.pages.retrieval import Retrieval
from recommender.pages.sources.fresh import nearest_to_taste

SOURCE: Final = "new"
_BECAUSE: Final = Because("new in this catalogue: it has been heard by few")
# Of new tracks that suit the taste alike, the one that was shown least: so many of the nearest are looked at.
_LIKELY: Final = 10


@dataclass(frozen=True, slots=True)
class Exposure:
    """Give new tracks their places."""

    arrivals: Arrivals
    retrieval: Retrieval

    def given(self, ask: Ask, chosen: Sequence[Candidate]) -> list[Candidate]:
        """Return the page with as many new tracks as are due: what it has counts, what it lacks takes the last tracks' places."""
        due = places_due(ask)
        if not due:
            return list(chosen)
        new = self.arrivals.passing(ask.where, now=ask.now)
        due -= sum(one.track_id in new for one in chosen)
        shown = {one.track_id for one in chosen}
        waiting = {track_id: arrival for track_id, arrival in new.items() if track_id not in shown}
        likely = nearest_to_taste(ask, waiting)[:_LIKELY]
        first = sorted(likely, key=lambda track_id: (waiting[track_id].shown, likely.index(track_id)))[: max(0, due)]
        page = list(chosen)
        found = [Candidate(track_id, 0.0, SOURCE, _BECAUSE, waiting[track_id].point.payload, {SOURCE: 1.0}) for track_id in first]
        for one in self.retrieval.confirmed(ask, found):
            page = _placed(page, one, ask)
        return page


def places_due(ask: Ask) -> int:
    """Return how many places of this page belong to new tracks; a fraction of a place falls to a page by its id."""
    expected = ask.policy.new_share * ask.request.limit
    return math.floor(expected) + int(drawn(ask.request.recommendation_id, SOURCE) < expected % 1)


def _placed(page: Sequence[Candidate], new: Candidate, ask: Ask) -> list[Candidate]:
    """Put a new track somewhere in the second half, away from its own artist; the last track that is not new makes room."""
    kept = list(page)
    if len(kept) >= ask.request.limit:
        leaving = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].source != SOURCE), None)
        if leaving is None:
            return kept
        del kept[leaving]
    names = set(artists_of(new))
    start = len(kept) // 2
    places = [*range(start, len(kept) + 1), *range(start)]
    turn = int(drawn(ask.request.recommendation_id, new.track_id) * max(1, len(kept) + 1 - start))
    for at in places[turn:] + places[:turn]:
        beside = [one for one in kept[max(0, at - 1) : at + 1] if names & set(artists_of(one))]
        if not beside:
            return [*kept[:at], new, *kept[at:]]
    return list(page)
