"""A page for somebody of whom nothing is known: popular tracks of several segments, more of those that win with others like them.

Which segments a page shows is drawn by Thompson sampling: each place goes to the segment with the highest draw from what is believed of
its winning (Chapelle and Li, "An empirical evaluation of Thompson sampling", NIPS 2011). What is believed at first is pessimistic, so
that a segment is not shown a lot before it has won. Pages draw from their own ids: two newcomers see different pages.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from recommender.pages.asking import Ask, Because, Candidate
from recommender.pages.chance import drawn
from recommender.pages.holding import passing
from recommender.pages.popularity import SOURCE
from recommender.pages.ranking import artists_in, artists_of, toward
from recommender.pages.segments import OTHER
from recommender.pages.showcase import Exhibit, Showcase
from recommender.ports.stores import Tallies
from recommender.trends import day_of

SEGMENT_SHOWN: Final = "segment_shown"
SEGMENT_WON: Final = "segment_won"
WINDOW: Final = timedelta(days=30)
# What is believed of a segment before it was shown: one place in ten wins.
PRIOR: Final = (1.0, 9.0)
# No segment fills more of a page, as long as there are others.
_MOST_OF_PAGE: Final = 0.4
# The most popular track of a segment is so much likelier to be shown than one of no popularity.
_LEAN: Final = 8.0


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Choose tracks for somebody of whom nothing is known."""

    showcase: Showcase
    tallies: Tallies

    def chosen(self, ask: Ask) -> list[Candidate]:
        """Return popular tracks of several segments, as many as the showcase has up to the page's length."""
        showing = self.showcase.at(ask.now)
        passed = passing(ask.where, {track_id: exhibit.point.payload for track_id, exhibit in showing.exhibits.items()})
        by_segment: dict[str, list[Candidate]] = {}
        for track_id in sorted(passed):
            exhibit = showing.exhibits[track_id]
            # Targets order the whole page, so that there are no turns to take.
            key = OTHER if ask.request.filters.targets else exhibit.segment
            by_segment.setdefault(key, []).append(_candidate(track_id, exhibit, ask.request.recommendation_id))
        shelves = {
            key: toward(sorted(shelf, key=lambda one: -one.score), ask.request.filters.targets) for key, shelf in sorted(by_segment.items())
        }
        names = {segment.key: segment.genre for segment in showing.segments}
        order = self._places(ask, {key: len(shelf) for key, shelf in shelves.items()})
        before = showing.exhibits.get(ask.chain.last) if ask.chain.last is not None else None
        former = set(artists_in(before.point.payload)) if before is not None else set()
        return _filled(order, shelves, names, artist_cap=ask.policy.artist_cap, former=former)

    def segments(self, track_ids: Sequence[str], ask: Ask) -> tuple[str, ...]:
        """Return the segment of each track, ``OTHER`` for one that the showcase does not know."""
        exhibits = self.showcase.at(ask.now).exhibits
        return tuple(exhibits[track_id].segment if track_id in exhibits else OTHER for track_id in track_ids)

    def _places(self, ask: Ask, sizes: Mapping[str, int]) -> list[str]:
        """Return which segment each place goes to; no segment twice in a row or too often, as long as there are others."""
        keys = list(sizes)
        if not keys:
            return []
        since = day_of(ask.now - WINDOW)
        shown, won = (self.tallies.read(name, since=since, keys=keys) for name in (SEGMENT_SHOWN, SEGMENT_WON))
        wins = np.array([PRIOR[0] + won.get(key, 0.0) for key in keys])
        losses = np.array([PRIOR[1] + max(0.0, shown.get(key, 0.0) - won.get(key, 0.0)) for key in keys])
        digest = hashlib.sha256(ask.request.recommendation_id.encode()).digest()
        draws = np.random.default_rng(int.from_bytes(digest[:8], "big")).beta(wins, losses, size=(ask.request.limit, len(keys)))
        most = max(2, round(_MOST_OF_PAGE * ask.request.limit))
        places: list[str] = []
        counts: Counter[str] = Counter()
        for row in draws:
            best = [keys[at] for at in np.argsort(-row, kind="stable") if counts[keys[at]] < sizes[keys[at]]]
            fair = [key for key in best if counts[key] < most and (not places or places[-1] != key)]
            if not best:
                break
            places.append((fair or best)[0])
            counts[places[-1]] += 1
        return places


def _candidate(track_id: str, exhibit: Exhibit, chance: str) -> Candidate:
    """Return the track with a score that is drawn: the root of chance by popularity (Efraimidis and Spirakis 2006)."""
    key = max(drawn(chance, track_id), 1e-12) ** (1.0 / (1.0 + _LEAN * exhibit.appeal))
    because = Because("played a lot lately" if exhibit.is_played else "popular" if exhibit.appeal > 0 else "chosen by chance")
    return Candidate(track_id, key, SOURCE, because, exhibit.point.payload, {SOURCE: key})


def _filled(
    order: Sequence[str], shelves: Mapping[str, Sequence[Candidate]], names: Mapping[str, str | None], *, artist_cap: int, former: set[str]
) -> list[Candidate]:
    """Fill each place from its segment's shelf, passing over artists who had their share or the place before."""
    left = {key: list(shelf) for key, shelf in shelves.items()}
    counts: Counter[str] = Counter()
    chosen: list[Candidate] = []
    for key in order:
        taken = next(
            (one for one in left[key] if former.isdisjoint(artists_of(one)) and all(counts[name] < artist_cap for name in artists_of(one))),
            None,
        )
        if taken is None:
            continue
        left[key].remove(taken)
        former = set(artists_of(taken))
        counts.update(former)
        chosen.append(_told(taken, names.get(key)))
    return chosen


def _told(candidate: Candidate, genre: str | None) -> Candidate:
    of_what = f" in {genre}" if genre else " in this catalogue"
    because = Because(f"{candidate.because.text}{of_what}; not yet chosen for you")
    return Candidate(candidate.track_id, candidate.score, candidate.source, because, candidate.payload, candidate.parts)
