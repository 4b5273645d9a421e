"""The filters that every asking call takes in its query string."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.fields import WHOLE, Id, Market, Milliseconds, Name, Utc, Year
from recommender.filters import Filters

ATTRIBUTES = ("tempo", "energy", "danceability", "loudness", "acousticness", "instrumentalness", "brightness", "key", "mode")
Number = Annotated[float, Field(allow_inf_nan=False)]


class FilterQuery(BaseModel):
    """Filters, everywhere the same; lists are repeated parameters or separated by commas."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=100), WHOLE] = 20
    genres: list[Name] = []
    artists: list[Name] = []
    exclude_artists: list[Name] = []
    exclude_tracks: Annotated[list[Id], Field(max_length=1000)] = []
    year_min: Year | None = None
    year_max: Year | None = None
    duration_ms_min: Milliseconds | None = None
    duration_ms_max: Milliseconds | None = None
    explicit: bool | None = None
    market: Market | None = None
    added_after: Utc | None = None
    min_tempo: Number | None = None
    max_tempo: Number | None = None
    target_tempo: Number | None = None
    min_energy: Number | None = None
    max_energy: Number | None = None
    target_energy: Number | None = None
    min_danceability: Number | None = None
    max_danceability: Number | None = None
    target_danceability: Number | None = None
    min_loudness: Number | None = None
    max_loudness: Number | None = None
    target_loudness: Number | None = None
    min_acousticness: Number | None = None
    max_acousticness: Number | None = None
    target_acousticness: Number | None = None
    min_instrumentalness: Number | None = None
    max_instrumentalness: Number | None = None
    target_instrumentalness: Number | None = None
    min_brightness: Number | None = None
    max_brightness: Number | None = None
    target_brightness: Number | None = None
    min_key: Number | None = None
    max_key: Number | None = None
    target_key: Number | None = None
    min_mode: Number | None = None
    max_mode: Number | None = None
    target_mode: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _nothing_listed(cls, told: Any) -> Any:
        """Read ``genres=`` of a query as a list of nothing, and pass over what is empty between commas."""
        if cls.model_config.get("strict") or not isinstance(told, dict):
            return told
        return {name: [one for one in value if one != ""] if isinstance(value, list) else value for name, value in told.items()}

    def to_domain(self) -> Filters:
        """Return it as the domain has it."""
        return Filters(
            genres=tuple(self.genres),
            artists=tuple(self.artists),
            exclude_artists=tuple(self.exclude_artists),
            exclude_tracks=tuple(self.exclude_tracks),
            year_min=self.year_min,
            year_max=self.year_max,
            duration_ms_min=self.duration_ms_min,
            duration_ms_max=self.duration_ms_max,
            explicit=self.explicit,
            market=self.market,
            added_after=self.added_after,
            ranges={name: bounds for name in ATTRIBUTES if (bounds := self._bounds(name)) != (None, None)},
            targets={name: value for name in ATTRIBUTES if (value := getattr(self, f"target_{name}")) is not None},
        )

    def _bounds(self, name: str) -> tuple[float | None, float | None]:
        return getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
