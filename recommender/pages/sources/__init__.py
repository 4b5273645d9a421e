"""The candidate sources: each proposes tracks for one reason."""

from recommender.models import Models
from recommender.pages.arrivals import Arrivals
from recommender.pages.asking import Source
from recommender.pages.popularity import Popularity
from recommender.pages.showcase import Showcase
from recommender.pages.sources.explore import Exploration
from recommender.pages.sources.fresh import FreshTracks
from recommender.pages.sources.listeners import Listeners
from recommender.pages.sources.modes import TasteModes
from recommender.pages.sources.seeds import SeedTracks
from recommender.pages.sources.session import Session
from recommender.pages.sources.trending import Trending


def sources_over(popularity: Popularity, showcase: Showcase, arrivals: Arrivals, models: Models) -> tuple[Source, ...]:
    """Return all sources; a policy decides which of them are asked."""
    return (
        SeedTracks(models),
        Session(),
        TasteModes(),
        Listeners(models),
        Trending(popularity),
        FreshTracks(arrivals),
        Exploration(showcase),
    )
