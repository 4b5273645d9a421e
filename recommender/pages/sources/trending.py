"""What many people play lately, a little of it on everybody's pages."""

from dataclasses import dataclass
from typing import Final

from recommender.pages.asking import Ask, Because, Listed
from recommender.pages.popularity import Popularity

# So many are looked at, of which the filters leave some.
_LOOKED_AT: Final = 150


@dataclass(frozen=True, slots=True)
class Trending:
    """List what a crowd plays lately, the most played first."""

    popularity: Popularity

    def proposed(self, ask: Ask) -> list[Listed]:
        """Return one list for somebody with a taste; a page for anybody else is made of it anyway."""
        if not ask.weight("trending") or ask.taste is None:
            return []
        most = [trend.track_id for trend in self.popularity.trends(now=ask.now)[:_LOOKED_AT]]
        return [Listed("trending", most, ask.weight("trending"), Because("played a lot lately"))] if most else []
