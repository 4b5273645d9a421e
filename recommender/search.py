"""Search by meaning and by words: names that hold the words come first, then what the sentence is near to."""

from dataclasses import dataclass
from typing import Final

from recommender.asking import Because
from recommender.errors import InvalidInput
from recommender.filters import Filters, OneOfTracks
from recommender.fusion import Proposal, fuse
from recommender.identity import fold
from recommender.ports.embedders import Reader
from recommender.ports.index import Hit, Nearest, VectorIndex
from recommender.ports.stores import Catalog, ServingStore
from recommender.ranking import toward
from recommender.similar import Scored
from recommender.tracks import TrackStatus

LONGEST: Final = 500
WORDS_WEIGHT: Final = 3.0
NAMES: Final = 100


@dataclass(frozen=True, slots=True)
class Search:
    """Answer a query in words."""

    index: VectorIndex
    catalog: Catalog
    serving: ServingStore
    reader: Reader

    def find(self, text: str, *, filters: Filters, limit: int) -> list[Scored]:
        """Return the tracks that a query means or names, best first; nothing for a query without a letter or digit.

        Raises
        ------
        InvalidInput
            If the query is empty, longer than 500 characters or has control characters.
        """
        if not text.strip():
            raise InvalidInput("q is empty", code="invalid_query", field="q")
        if len(text) > LONGEST:
            raise InvalidInput(f"q has {len(text)} characters, more than {LONGEST}", code="invalid_query", field="q")
        if not text.isprintable():
            raise InvalidInput(f"q has control characters: {text[:40]!r}", code="invalid_query", field="q")
        if not any(character.isalnum() for character in text):
            return []
        proposed = [*self._by_words(text, filters), *self._by_meaning(text, filters, limit)]
        found = toward(fuse(proposed), filters.targets)[:limit]
        tracks = self.catalog.get_many([candidate.track_id for candidate in found])
        return [
            Scored(tracks[candidate.track_id], candidate.score)
            for candidate in found
            if candidate.track_id in tracks and tracks[candidate.track_id].status is TrackStatus.READY
        ]

    def _by_words(self, text: str, filters: Filters) -> list[Proposal]:
        named = self.catalog.find_names(fold(text), limit=NAMES)
        if not named:
            return []
        page = self.index.scroll(where=filters.where().also(OneOfTracks(tuple(named))), limit=len(named))
        passing = {point.track_id: Hit(point.track_id, 1.0, point.payload, {}) for point in page.points}
        hits = [passing[track_id] for track_id in named if track_id in passing]
        return [Proposal("words", WORDS_WEIGHT, Because("named like that"), hits)]

    def _by_meaning(self, text: str, filters: Filters, limit: int) -> list[Proposal]:
        if self.serving.get().text_version != self.reader.version:
            return []
        vector = self.reader.encode([text])[0]
        hits = self.index.nearest([Nearest("text", vector, max(60, limit), filters.where())])[0]
        return [Proposal("meaning", 1.0, Because("means something like that"), hits)]
