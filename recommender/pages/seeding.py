"""Find the tracks that seeds stand for: themselves, or the most popular ones of an artist or a genre."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from recommender.errors import InvalidInput
from recommender.filters import AnyOf, Where
from recommender.identity import fold
from recommender.pages.asking import Seeded, Seeds, Weights
from recommender.ports.catalog import Catalog
from recommender.ports.index import VectorIndex
from recommender.tracks import Track

# What stands for an artist or a genre.
STANDING_FOR: Final = 25


class Sown(NamedTuple):
    """What seeds came to: the tracks that were named, by what they were called, and all that they stand for."""

    named: Mapping[str, str]
    points: Mapping[str, Seeded]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seeding:
    """Find seeds in the index."""

    index: VectorIndex
    catalog: Catalog

    def sown(self, seeds: Seeds, slots: tuple[str, ...]) -> Sown:
        """Return what the seeds stand for, with its vectors in ``slots``.

        Artists and genres stand for their most popular tracks, each with its share of the seed's weight; a track that several seeds
        stand for has the sum.
        """
        tracks = self.catalog.get_many(list(seeds.tracks)) if seeds.tracks else {}
        # A duplicate has no point: its original stands for it.
        named = {asked: original_of(track) for asked, track in tracks.items()}
        weights: dict[str, float] = {}
        for asked, track_id in named.items():
            weights[track_id] = weights.get(track_id, 0.0) + seeds.tracks[asked]
        missing: list[str] = []
        for field, names in (("artists", seeds.artists), ("genres", seeds.genres)):
            missing += self._added(weights, field, names)
        points = self.index.fetch(list(weights), slots=slots) if weights else {}
        unknown = [asked for asked in seeds.tracks if named.get(asked) not in points]
        seeded = {track_id: Seeded(point, weights[track_id]) for track_id, point in points.items() if weights[track_id]}
        return Sown(named, seeded, (*unknown, *missing))

    def _added(self, weights: dict[str, float], field: str, names: Weights) -> list[str]:
        """Add what artists or genres stand for, and return those of which there is nothing."""
        missing = []
        for name, weight in names.items():
            hits = self.index.top("popularity", where=Where((AnyOf(field, (fold(name),)),)), limit=STANDING_FOR)
            for hit in hits:
                weights[hit.track_id] = weights.get(hit.track_id, 0.0) + weight / len(hits)
            missing += [] if hits else [name]
        return missing


def refuse_unknown(names: tuple[str, ...]) -> None:
    """Refuse seeds that are not known.

    Raises
    ------
    InvalidInput
        Naming all of them.
    """
    if names:
        raise InvalidInput(f"unknown seeds: {', '.join(names)}", code="unknown_seed", field="seeds")


def original_of(track: Track) -> str:
    """Return the id under which a track is in the index: the original's, if it is a duplicate."""
    return track.duplicate_of or track.track_id
