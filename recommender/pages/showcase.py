"""A piece of the catalogue kept in memory: what is popular and a random sample, with its segments.

Pages for people of whom nothing is known are made of it without a search, exploration takes its directions from it, and it answers
when the index or the state is out of reach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from recommender.filters import Where
from recommender.pages.keeping import Kept
from recommender.pages.popularity import Popularity
from recommender.pages.segments import Segment, segment_of, segments_of
from recommender.ports.catalog import Catalog
from recommender.ports.index import Point, VectorIndex
from recommender.ports.stores import ServingStore
from recommender.serving import Serving
from recommender.tracks import Track, TrackStatus

# Reading it takes some 50 ms, for which one request waits.
LASTING: Final = timedelta(minutes=10)
SAMPLE: Final = 500
POPULAR: Final = 200
# Tracks whose whole metadata is kept too, for answers without the catalogue.
STANDBY: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """A track of the showcase.

    Attributes
    ----------
    appeal
        How popular it is, 0 to 1: its decayed plays and what the catalogue says, whichever is more.
    is_played
        Whether a crowd plays it lately.
    segment
        The key of its segment.
    """

    point: Point
    appeal: float
    is_played: bool
    segment: str


@dataclass(frozen=True, slots=True, eq=False)
class Showing:
    """What the showcase held at some moment; the exhibits in the order of their ids."""

    exhibits: Mapping[str, Exhibit]
    segments: tuple[Segment, ...]
    tracks: Mapping[str, Track]
    serving: Serving

    def __bool__(self) -> bool:
        """Tell whether there is anything in it."""
        return bool(self.exhibits)


class Showcase:
    """Read and keep a piece of the catalogue; up to ten minutes old."""

    def __init__(self, index: VectorIndex, catalog: Catalog, serving: ServingStore, popularity: Popularity) -> None:
        self._index = index
        self._catalog = catalog
        self._serving = serving
        self._popularity = popularity
        self._kept = Kept(self._read, lasting=LASTING)

    def at(self, now: datetime) -> Showing:
        """Return what it holds."""
        return self._kept.at(now)

    @property
    def last(self) -> Showing | None:
        """What it held last, whatever is out of reach now."""
        return self._kept.last

    def _read(self, now: datetime) -> Showing:
        serving = self._serving.get()
        slots = (serving.audio_slot, "text")
        # Points lie in the order of name-based ids, so that the first of them are a random sample.
        sample = {point.track_id: point for point in self._index.scroll(where=Where(), limit=SAMPLE, slots=slots).points}
        trends = {trend.track_id: trend.plays for trend in self._popularity.trends(now=now)}
        named = {hit.track_id for hit in self._index.top("popularity", where=Where(), limit=POPULAR)} | trends.keys()
        points = sample | self._index.fetch(sorted(named - sample.keys()), slots=slots)
        segments = segments_of(list(sample.values()))
        most = max(trends.values(), default=1.0)
        exhibits = {
            track_id: Exhibit(point, max(trends.get(track_id, 0.0) / most, _said(point)), track_id in trends, segment_of(segments, point))
            for track_id, point in sorted(points.items())
        }
        best = sorted(exhibits, key=lambda track_id: (-exhibits[track_id].appeal, track_id))[:STANDBY]
        tracks = self._catalog.get_many(best)
        ready = {track_id: track for track_id, track in tracks.items() if track.status is TrackStatus.READY}
        return Showing(exhibits, segments, ready, serving)


def _said(point: Point) -> float:
    value = point.payload.get("popularity")
    return min(1.0, max(0.0, value / 100.0)) if isinstance(value, int | float) else 0.0
