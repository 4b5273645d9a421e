"""The candidate sources: each proposes tracks for one reason."""

from typing import Final

from recommender.asking import Source
from recommender.sources.fresh import FreshTracks
from recommender.sources.modes import TasteModes
from recommender.sources.seeds import SeedTracks

SOURCES: Final[tuple[Source, ...]] = (SeedTracks(), TasteModes(), FreshTracks())
