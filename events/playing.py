"""What is asked and answered of radio, ways between tracks and playlists over HTTP."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from events.asking import RecommendedTrack, SeedQuery
from events.fields import WHOLE, Id, Outgoing
from events.filters import FilterQuery

EnergyArc = Literal["smooth", "rising", "falling"]


class PathQuery(FilterQuery):
    """Ask for a way between two tracks.

    Attributes
    ----------
    limit
        Tracks of the whole way, with its two ends.
    """

    from_: Annotated[Id, Field(alias="from")]
    to: Id
    limit: Annotated[int, Field(ge=2, le=100), WHOLE] = 10


class RadioQuery(SeedQuery):
    """Ask for the next tracks of a radio: of a new one by its seeds, or of one that plays by the ``next`` of its last page.

    Filters and user hold for the page that asks for them.
    """

    user_id: Id | None = None
    after: Annotated[str, Field(max_length=16_000)] | None = None
    arc: EnergyArc = "smooth"


class ContinueBody(FilterQuery):
    """Ask what comes after a list of tracks, in the order in which they play."""

    model_config = ConfigDict(strict=True)

    track_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    user_id: Id | None = None
    arc: EnergyArc = "smooth"


class PathAnswer(Outgoing):
    """A way between two tracks, both included."""

    items: list[RecommendedTrack]
    why: str | None = None


class RadioAnswer(Outgoing):
    """The next tracks of a radio.

    Attributes
    ----------
    next
        What goes on from here without repeats; there is none only where no track passes the filters.
    started_over
        Whether everything had been played, so that tracks come again.
    recommendation_id
        The page's id, for interactions to carry, where a user was named.
    """

    items: list[RecommendedTrack]
    next: str | None
    started_over: bool = False
    recommendation_id: str | None = None
    why: str | None = None


class ContinuationAnswer(Outgoing):
    """The tracks that come after a list."""

    items: list[RecommendedTrack]
    recommendation_id: str | None = None
    why: str | None = None
