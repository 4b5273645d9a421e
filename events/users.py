"""What is said and answered of users over HTTP."""

from typing import Annotated

from pydantic import Field

from events.fields import Id, Incoming, Name, Names, Outgoing, Utc
from recommender.tastes.preferences import Consent, Hidden, Preferences

Ids = Annotated[list[Id], Field(max_length=1000)]


class HiddenTrack(Incoming):
    """A track that is not shown until a moment."""

    track_id: Id
    until: Utc


class HiddenArtist(Incoming):
    """An artist that is not shown until a moment."""

    artist: Name
    until: Utc


class PreferencesBody(Incoming):
    """What a user asks for (``PUT /users/{id}/preferences``): it replaces what was asked before."""

    consent: Annotated[Consent, Field(strict=False)] = Consent.PERSONAL
    allow_explicit: bool = True
    pick_tracks: Annotated[list[Id], Field(max_length=50)] = []
    pick_artists: Annotated[list[Name], Field(max_length=50)] = []
    pick_genres: Annotated[list[Name], Field(max_length=50)] = []
    exclude_tracks: Ids = []
    exclude_artists: Names = []
    exclude_contexts: Names = []
    hide_tracks: Annotated[list[HiddenTrack], Field(max_length=500)] = []
    hide_artists: Annotated[list[HiddenArtist], Field(max_length=100)] = []

    @classmethod
    def of_domain(cls, asked: Preferences) -> "PreferencesBody":
        """Return preferences as the API shows them."""
        return cls(
            consent=asked.consent,
            allow_explicit=asked.allow_explicit,
            pick_tracks=list(asked.pick_tracks),
            pick_artists=list(asked.pick_artists),
            pick_genres=list(asked.pick_genres),
            exclude_tracks=list(asked.exclude_tracks),
            exclude_artists=list(asked.exclude_artists),
            exclude_contexts=list(asked.exclude_contexts),
            hide_tracks=[HiddenTrack(track_id=hidden.name, until=hidden.until) for hidden in asked.hide_tracks],
            hide_artists=[HiddenArtist(artist=hidden.name, until=hidden.until) for hidden in asked.hide_artists],
        )

    def to_domain(self, user: str) -> Preferences:
        """Return it as the domain has it."""
        return Preferences(
            user=user,
            consent=self.consent,
            allow_explicit=self.allow_explicit,
            pick_tracks=tuple(self.pick_tracks),
            pick_artists=tuple(self.pick_artists),
            pick_genres=tuple(self.pick_genres),
            exclude_tracks=tuple(self.exclude_tracks),
            exclude_artists=tuple(self.exclude_artists),
            exclude_contexts=tuple(self.exclude_contexts),
            hide_tracks=tuple(Hidden(hidden.track_id, hidden.until) for hidden in self.hide_tracks),
            hide_artists=tuple(Hidden(hidden.artist, hidden.until) for hidden in self.hide_artists),
        )


class ExemplarAnswer(Outgoing):
    """A track that stands for a mode."""

    track_id: str
    title: str
    artists: list[str]


class ModeAnswer(Outgoing):
    """One of a user's several tastes in a space; of a dislike the weight is its strength, 0 to 1."""

    space: str
    weight: float
    exemplars: list[ExemplarAnswer]
    genres: list[str]
    attributes: list[str]
    since: Utc | None
    text: str


class ShareAnswer(Outgoing):
    """A name with its share of the user's listening, 0 to 1."""

    name: str
    share: float


class BannedTrack(Outgoing):
    """A track that does not come back, or not until a moment."""

    track_id: str
    until: Utc | None


class TasteAnswer(Outgoing):
    """The readable profile of a user."""

    plays: int
    updated_at: Utc | None
    modes: list[ModeAnswer]
    dislikes: list[ModeAnswer]
    session: list[ModeAnswer]
    session_at: Utc | None
    top_artists: list[ShareAnswer]
    top_genres: list[ShareAnswer]
    banned_tracks: list[BannedTrack]
    excluded_tracks: list[str]
    excluded_artists: list[str]
    excluded_contexts: list[str]
    hidden_tracks: list[HiddenTrack]
    hidden_artists: list[HiddenArtist]
    reset_at: Utc | None
