"""The candidate sources: each proposes tracks for one reason."""

from recommender.arrivals import Arrivals
from recommender.asking import Source
from recommender.models import Models
from recommender.popularity import Popularity
from recommender.showcase import Showcase
from recommender.sources.explore import Exploration
from recommender.sources.fresh import FreshTracks
from recommender.sources.listeners import Listeners
from recommender.sources.modes import TasteModes
from recommender.sources.seeds import SeedTracks
from recommender.sources.session import Session
from recommender.sources.trending import Trending


def sources_over(popularity: Popularity, showcase: Showcase, arrivals: Arrivals, models: Models) -> tuple[Source, ...]:
    """Return all sources; a policy decides which of them are asked."""
    return (
        SeedTracks(),
        Session(),
        TasteModes(),
        Listeners(models),
        Trending(popularity),
        FreshTracks(arrivals),
        Exploration(showcase),
    )
