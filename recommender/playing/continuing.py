"""Go on with a list: what its tracks have in common, with what fits its end first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.pages.asking import Because, Candidate, Request, Seeds
from recommender.pages.page import RecommendedPage
from recommender.pages.policy import Policy
from recommender.pages.recommend import Recommend
from recommender.pages.seeding import original_of
from recommender.playing.flow import Arc, Sound, sound_of
from recommender.playing.selection import ordered, page_of

# The list leads; a user's taste only colours what goes with it.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({"seed": 2.0, "audio": 0.25, "text": 0.2, "collab": 0.4})
# A track so many places before the end weighs half of the last one, and none weighs less than the least: a list is of one piece.
HALF_LIFE: Final = 12.0
LEAST: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A list of tracks in the order in which they play, and what is asked of what follows."""

    recommendation_id: str
    track_ids: Sequence[str]
    user: str | None = None
    filters: Filters = field(default_factory=Filters)
    limit: int = 20
    arc: Arc = Arc.SMOOTH


@dataclass(frozen=True, slots=True)
class Continuing:
    """Say what comes after a list."""

    recommend: Recommend
    policy: Policy = field(default_factory=lambda: replace(Policy(), weights=WEIGHTS))

    def after(self, playlist: Playlist, *, now: datetime) -> RecommendedPage:
        """Return the tracks that follow, none of which is in the list.

        The list's tracks are seeds, each weighed by how near the end it is; in every space they are grouped into at most five modes,
        each of which asks for its neighbours.

        Raises
        ------
        InvalidInput
            Naming tracks that are unknown, or if none of the list has a vector.
        """
        placed, last = self._placed(playlist.track_ids)
        request = Request(
            user=playlist.user,
            recommendation_id=playlist.recommendation_id,
            limit=playlist.limit,
            adventure=0.0,
            seeds=Seeds(tracks=weighed(placed)),
            filters=playlist.filters,
        )
        pool = replace(self.recommend, policy=self.policy).candidates(request, now=now)
        fitting = [_of_list(one) for one in pool.candidates if any(part.startswith("seed") for part in one.parts)]
        chosen = ordered(fitting, limit=playlist.limit, after=last, arc=playlist.arc)
        why = "No other track passes the filters and what the user has excluded."
        page = page_of(chosen, pool.ask, self.recommend.catalog, why=why)
        self.recommend.showings.keep(pool.ask, page)
        return page

    def _placed(self, track_ids: Sequence[str]) -> tuple[list[str], Sound | None]:
        """Return those tracks of the list that have a point, in its order, and what the last of them sounds like."""
        distinct = list(dict.fromkeys(track_ids))
        tracks = self.recommend.catalog.get_many(distinct)
        missing = [track_id for track_id in distinct if track_id not in tracks]
        if missing:
            raise InvalidInput(f"unknown tracks: {', '.join(missing)}", code="unknown_track", field="track_ids")
        originals = [original_of(tracks[track_id]) for track_id in track_ids]
        points = self.recommend.index.fetch(list(dict.fromkeys(originals)))
        placed = [track_id for track_id in originals if track_id in points]
        if not placed:
            raise InvalidInput("no track of the list is ready, so there is nothing to go by", code="no_vector", field="track_ids")
        return placed, sound_of(points[placed[-1]].payload)


def weighed(track_ids: Sequence[str]) -> dict[str, float]:
    """Return each track's weight, 0 to 1: the later its last place in the list, the more."""
    return {track_id: max(LEAST, 0.5 ** ((len(track_ids) - 1 - place) / HALF_LIFE)) for place, track_id in enumerate(track_ids)}


def _of_list(candidate: Candidate) -> Candidate:
    """Return the candidate as what a list proposes, where a seed is what proposed it."""
    named = {name.replace("seed", "list", 1) if name.startswith("seed") else name: part for name, part in candidate.parts.items()}
    if not candidate.source.startswith("seed"):
        return replace(candidate, parts=named)
    because = Because("goes with {tracks}", candidate.because.exemplars)
    return replace(candidate, source=candidate.source.replace("seed", "list", 1), because=because, parts=named)
