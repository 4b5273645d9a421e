"""Search by words and by meaning: what is called so comes first, then what is described so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from recommender.filters import Filters
from recommender.names.features import features_asked
from recommender.names.resemblance import Match, Names, Resemblance, resemblances
from recommender.names.typed import checked_query
from recommender.names.words import is_worded, words_of
from recommender.pages.asking import Because, Candidate
from recommender.pages.fusion import K
from recommender.pages.leaning import leanings
from recommender.pages.ranking import artists_in, toward
from recommender.pages.similar import Scored
from recommender.pages.sources.modes import served
from recommender.payload import Payload
from recommender.ports.catalog import Catalog
from recommender.ports.embedders import Reader
from recommender.ports.index import Hit, Named, Nearest, VectorIndex
from recommender.ports.stores import PreferenceStore, ServingStore, TasteStore
from recommender.tracks import TrackStatus

# Each kind of match has its band of scores, so that nothing that counts within a band lifts a track over a better match.
_BANDS: Final[Mapping[Match, tuple[float, float]]] = MappingProxyType(
    {
        Match.TITLE_AND_ARTIST: (0.85, 0.15),
        Match.NAME: (0.70, 0.15),
        Match.WORDS: (0.55, 0.15),
        Match.BEGINNING: (0.40, 0.15),
        Match.NEAR: (0.25, 0.15),
        Match.NONE: (0.0, 0.25),
    }
)
_UNNAMED: Final = Resemblance(Match.NONE, 0.0, is_verbatim=False)
_NAMED: Final = 100
_MEANT: Final = 60
# A wish for an attribute orders: it needs more to order.
_TARGETED: Final = 300
_LEANED: Final = 100
# Of an artist, so many tracks that are only meant come before all others that are; what is called so is not counted.
_ARTIST_CAP: Final = 2
# Every part of the score within a band, at most 1 together.
_SHARE, _TASTE, _POPULARITY = 0.6, 0.15, 0.1
_MEANING_NAMED, _VERBATIM = 0.05, 0.1
_SHARE_UNNAMED, _MEANING_UNNAMED = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class Search:
    """Answer a query in words."""

    index: VectorIndex
    catalog: Catalog
    serving: ServingStore
    reader: Reader
    tastes: TasteStore
    preferences: PreferenceStore

    def find(self, text: str, *, filters: Filters, limit: int, user: str | None = None) -> list[Scored]:
        """Return the tracks that a query names or means, best first; a query without a letter or digit has no meaning, only names.

        Parameters
        ----------
        user
            Whose taste orders what fits equally well, and who may not want explicit tracks.

        Raises
        ------
        InvalidInput
            If the query is empty, longer than 500 characters or has control characters.
        """
        typed = checked_query(text)
        words = words_of(typed)
        if not words:
            return []
        filters = self._allowed(filters, user)
        named, meant = self._found(typed, words, filters, limit)
        found = _candidates(typed, named, meant)
        taste = {} if user is None else self._leanings(user, _ordered(found, {}, filters))
        ordered = _spread(_ordered(found, taste, filters), found)[:limit]
        tracks = self.catalog.get_many([track_id for track_id, _ in ordered])
        return [
            Scored(tracks[track_id], score)
            for track_id, score in ordered
            if track_id in tracks and tracks[track_id].status is TrackStatus.READY
        ]

    def _allowed(self, filters: Filters, user: str | None) -> Filters:
        preferences = self.preferences.get(user) if user is not None else None
        hides_explicit = preferences is not None and not preferences.allow_explicit and filters.explicit is None
        return replace(filters, explicit=False) if hides_explicit else filters

    def _found(self, typed: str, words: Sequence[str], filters: Filters, limit: int) -> tuple[list[Hit], list[Hit]]:
        where, depth = filters.where(), _TARGETED if filters.targets else limit
        by_words = Named(features_asked(words), max(_NAMED, depth), where)
        if not is_worded(typed) or self.serving.get().text_version != self.reader.version:
            return self.index.nearest([by_words])[0], []
        vector = self.reader.encode([typed])[0]
        by_meaning = Nearest("text", vector, max(_MEANT, depth), where)
        named, meant = self.index.nearest([by_words, by_meaning])
        return named, meant

    def _leanings(self, user: str, ordered: Sequence[tuple[str, float]]) -> dict[str, float]:
        taste = self.tastes.get(user)
        if taste is None:
            return {}
        slots = served(self.serving.get())
        best = [track_id for track_id, _ in ordered[:_LEANED]]
        points = self.index.fetch(best, slots=tuple(slots[space][0] for space in slots if space.value in taste.spaces))
        return leanings(taste, list(points.values()), slots)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A track that was found: how it is called, and how near its meaning is (0 to 1)."""

    track_id: str
    payload: Payload
    resemblance: Resemblance
    meaning: float

    def within(self, taste: float) -> float:
        """Return its score within its band, 0 to 1."""
        match, share = self.resemblance.match, self.resemblance.share
        popularity = _POPULARITY * _number(self.payload, "popularity") / 100.0
        if match is Match.NONE:
            return _SHARE_UNNAMED * share + _MEANING_UNNAMED * self.meaning + _TASTE * taste
        if match >= Match.NAME:
            return _SHARE + _VERBATIM * self.resemblance.is_verbatim + _TASTE * taste + popularity
        return _SHARE * share + _MEANING_NAMED * self.meaning + _TASTE * taste + popularity


def _candidates(typed: str, named: Sequence[Hit], meant: Sequence[Hit]) -> list[_Found]:
    called = resemblances(typed, [_names(hit.payload) for hit in named])
    resembling = {hit.track_id: resemblance for hit, resemblance in zip(named, called, strict=True)}
    meaning = {hit.track_id: (K + 1) / (K + 1 + rank) for rank, hit in enumerate(meant)}
    payloads = {hit.track_id: hit.payload for hit in (*meant, *named)}
    return [
        _Found(track_id, payload, resembling.get(track_id, _UNNAMED), meaning.get(track_id, 0.0)) for track_id, payload in payloads.items()
    ]


def _ordered(found: Sequence[_Found], taste: Mapping[str, float], filters: Filters) -> list[tuple[str, float]]:
    """Return the tracks with their scores, best first; what is asked for beside the words orders within each band."""
    within = {one.track_id: one.within(taste.get(one.track_id, 0.0)) for one in found}
    if filters.targets:
        candidates = [Candidate(one.track_id, within[one.track_id], "search", Because("found"), one.payload, {}) for one in found]
        within = {candidate.track_id: candidate.score for candidate in toward(candidates, filters.targets)}
    scores = {}
    for one in found:
        low, width = _BANDS[one.resemblance.match]
        scores[one.track_id] = round(low + width * within[one.track_id], 9)
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))


def _spread(ordered: Sequence[tuple[str, float]], found: Sequence[_Found]) -> list[tuple[str, float]]:
    """Return the tracks with those that are only meant behind all others, once their artist has had their share of these."""
    meant = {one.track_id: artists_in(one.payload) for one in found if one.resemblance.match is Match.NONE}
    counts: Counter[str] = Counter()
    first, later = [], []
    for track_id, score in ordered:
        artists = meant.get(track_id, [])
        if any(counts[name] >= _ARTIST_CAP for name in artists):
            later.append((track_id, score))
        else:
            counts.update(set(artists))
            first.append((track_id, score))
    lowest = first[-1][1] if first else 0.0
    return [*first, *((track_id, min(score, lowest)) for track_id, score in later)]


def _names(payload: Payload) -> Names:
    title, artists, album = (payload.get(name) for name in ("title", "artists", "album"))
    return Names(
        title if isinstance(title, str) else "",
        tuple(artists) if isinstance(artists, list) else (),
        album if isinstance(album, str) else None,
    )


def _number(payload: Payload, name: str) -> float:
    value = payload.get(name, 0.0)
    return float(value) if isinstance(value, int | float) else 0.0
