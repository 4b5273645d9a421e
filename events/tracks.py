"""What is said and answered of tracks over HTTP."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from events.fields import Id, Incoming, Market, Milliseconds, Name, Names, Outgoing, Utc, Year
from recommender.tracks import Metadata, Track


class TrackMetadata(Incoming):
    """What people say of a track (``PUT /tracks/{id}``)."""

    title: Name
    artists: Names = []
    album: Name | None = None
    genres: Names = []
    tags: Names = []
    year: Year | None = None
    duration_ms: Milliseconds | None = None
    explicit: bool = False
    popularity: Annotated[float, Field(ge=0, le=100)] = 0.0
    markets: Annotated[list[Market], Field(max_length=300)] = []

    def to_domain(self) -> Metadata:
        """Return it as the domain has it."""
        return Metadata(
            title=self.title,
            artists=tuple(self.artists),
            album=self.album,
            genres=tuple(self.genres),
            tags=tuple(self.tags),
            year=self.year,
            duration_ms=self.duration_ms,
            explicit=self.explicit,
            popularity=self.popularity,
            markets=tuple(self.markets),
        )


class UploadMetadata(TrackMetadata):
    """What may be said of a track that is about to be uploaded; what is left out is read from the file's tags and name."""

    title: Name | Literal[""] = ""


class CatalogEntry(TrackMetadata):
    """One track of a catalogue without audio (``POST /tracks``)."""

    track_id: Id


class CatalogBatch(Incoming):
    """Up to 500 tracks without audio; each is validated by itself, so that a bad one does not stop the others."""

    tracks: Annotated[list[dict[str, object]], Field(min_length=1, max_length=500)]


class TrackIds(Incoming):
    """Up to 500 tracks to ask after."""

    track_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class UploadRequest(Incoming):
    """Ask where to put an audio file.

    Attributes
    ----------
    filename
        Its name, with folders where they tell artist and album (``Artist/Album/01 Title.flac``).
    sha256
        Of the file's bytes: a file that was heard already is then answered at once.
    """

    filename: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    metadata: UploadMetadata | None = None


class UploadAnswer(Outgoing):
    """Where to PUT the audio; without ``url`` where the very file is known already."""

    track_id: str
    status: str
    url: str | None = None
    method: str | None = None
    headers: dict[str, str] | None = None


class EntryRejected(Outgoing):
    """Which entry of a batch was refused, and why."""

    index: int
    code: str
    message: str


class BatchAnswer(Outgoing):
    """How many entries of a batch were accepted, and which were not."""

    accepted: int
    rejected: list[EntryRejected]


class RejectionAnswer(Outgoing):
    """Why a track was refused."""

    code: str
    message: str


class TrackStanding(Outgoing):
    """Where a track stands."""

    track_id: str
    status: str
    reason: RejectionAnswer | None = None


class TrackStandings(Outgoing):
    """Where several tracks stand; unknown ones have the status ``unknown``."""

    items: list[TrackStanding]


class TrackAnswer(TrackStanding):
    """A track with all that is known of it."""

    title: str
    artists: list[str]
    album: str | None
    genres: list[str]
    tags: list[str]
    year: int | None
    duration_ms: int | None
    explicit: bool
    popularity: float
    markets: list[str]
    attributes: dict[str, float]
    versions: dict[str, str]
    duplicate_of: str | None
    added_at: Utc


class ShownTrack(TrackAnswer):
    """A track shown by itself.

    Attributes
    ----------
    predicted
        Spaces whose vector was predicted from others, until a training hears the track played.
    """

    predicted: list[str]


def standing_of(asked_id: str, track: Track | None) -> TrackStanding:
    """Return where a track stands, under the id that was asked."""
    if track is None:
        return TrackStanding(track_id=asked_id, status="unknown")
    return TrackStanding(track_id=track.track_id, status=track.status.value, reason=reason_of(track))


def reason_of(track: Track) -> RejectionAnswer | None:
    """Return why a track was refused, where it was."""
    return RejectionAnswer(code=track.rejection.code, message=track.rejection.message) if track.rejection else None


def track_answer(track: Track) -> TrackAnswer:
    """Return a track as the API shows it."""
    said = track.metadata
    return TrackAnswer(
        track_id=track.track_id,
        status=track.status.value,
        reason=reason_of(track),
        title=said.title,
        artists=list(said.artists),
        album=said.album,
        genres=list(said.genres),
        tags=list(said.tags),
        year=said.year,
        duration_ms=said.duration_ms,
        explicit=said.explicit,
        popularity=said.popularity,
        markets=list(said.markets),
        attributes={name: round(value, 4) for name, value in track.attributes.items()},
        versions=dict(track.versions),
        duplicate_of=track.duplicate_of,
        added_at=track.added_at,
    )


def shown_track(track: Track, *, collab: tuple[str, bool] | None) -> ShownTrack:
    """Return a track by itself.

    Parameters
    ----------
    collab
        Model version of its collaborative vector, and whether that is predicted; ``None`` where it has none.
    """
    answer = track_answer(track)
    versions = answer.versions | ({"collab": collab[0]} if collab else {})
    return ShownTrack(**{**dict(answer), "versions": versions}, predicted=["collab"] if collab and collab[1] else [])
