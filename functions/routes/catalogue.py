"""Routes of uploads and tracks."""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import ValidationError

from embeddings.spaces import Space
from events.asking import ScoredAnswer, ScoredTrack, SimilarQuery
from events.errors import complaint_of
from events.fields import Id
from events.tracks import (
    BatchAnswer,
    CatalogBatch,
    CatalogEntry,
    EntryRejected,
    ShownTrack,
    TrackIds,
    TrackMetadata,
    TrackStanding,
    TrackStandings,
    UploadAnswer,
    UploadRequest,
    shown_track,
    standing_of,
    track_answer,
)
from infra.wiring import app
from recommender.identity import point_id
from recommender.tracks import Metadata

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped
TrackId = Annotated[Id, Path()]
RetryKey = Annotated[Id | None, Header(alias="Idempotency-Key")]


@router.post("/uploads", status_code=HTTPStatus.CREATED)
def begin_upload(said: UploadRequest, retry_key: RetryKey = None) -> tuple[UploadAnswer, int]:
    """Say where to PUT the audio of a track; 200 without a place where the very file is known already.

    The same request with the same Idempotency-Key is about the same track.
    """
    begun = app().uploads.begin(
        said.filename,
        track_id=point_id(f"{retry_key}\n{said.model_dump_json()}") if retry_key else str(uuid.uuid4()),
        file_hash=said.sha256,
        said=said.metadata.to_domain() if said.metadata else None,
        now=datetime.now(UTC),
    )
    if begun.target is None:
        return UploadAnswer(track_id=begun.track_id, status=begun.status.value), HTTPStatus.OK
    target = begun.target
    answer = UploadAnswer(
        track_id=begun.track_id, status=begun.status.value, url=target.url, method=target.method, headers=dict(target.headers)
    )
    return answer, HTTPStatus.CREATED


@router.post("/tracks", status_code=HTTPStatus.ACCEPTED)
def describe_tracks(said: CatalogBatch) -> tuple[BatchAnswer, int]:
    """Take up to 500 tracks without audio."""
    described: dict[str, Metadata] = {}
    rejected: list[EntryRejected] = []
    for index, row in enumerate(said.tracks):
        try:
            entry = CatalogEntry.model_validate(row)
        except ValidationError as error:
            code, message = complaint_of(error)
            rejected.append(EntryRejected(index=index, code=code, message=message))
            continue
        described[entry.track_id] = entry.to_domain()
    app().catalogue.describe(described, now=datetime.now(UTC))
    return BatchAnswer(accepted=len(said.tracks) - len(rejected), rejected=rejected), HTTPStatus.ACCEPTED


@router.post("/tracks/status")
def track_standings(said: TrackIds) -> TrackStandings:
    """Say where up to 500 tracks stand."""
    tracks = app().stores.catalog.get_many(said.track_ids)
    return TrackStandings(items=[standing_of(track_id, tracks.get(track_id)) for track_id in said.track_ids])


@router.put("/tracks/<track_id>", status_code=HTTPStatus.ACCEPTED)
def describe_track(track_id: TrackId, said: TrackMetadata) -> tuple[TrackStanding, int]:
    """Take a track's metadata; its text vector follows."""
    catalogue = app().catalogue
    catalogue.describe({track_id: said.to_domain()}, now=datetime.now(UTC))
    return standing_of(track_id, catalogue.track(track_id)), HTTPStatus.ACCEPTED


@router.get("/tracks/<track_id>/similar")
def similar_tracks(track_id: TrackId, asked: Annotated[SimilarQuery, Query()]) -> ScoredAnswer:
    """Find tracks like one track."""
    space = None if asked.space == "blend" else Space(asked.space)
    found = app().similar.to(track_id, space=space, filters=asked.to_domain(), limit=asked.limit)
    items = [ScoredTrack(track=track_answer(one.track), score=one.score) for one in found]
    return ScoredAnswer(items=items, why=None if items else "No other track passes the filters.")


# Routes are tried in order and an id may hold a slash, so the shorter path comes after the longer one.
@router.get("/tracks/<track_id>")
def show_track(track_id: TrackId) -> ShownTrack:
    """Show a track."""
    track = app().catalogue.track(track_id)
    return shown_track(track, collab=app().placing.collab_of(track.track_id))


@router.delete("/tracks/<track_id>", status_code=HTTPStatus.NO_CONTENT)
def remove_track(track_id: TrackId) -> Response[None]:
    """Take a track out of all answers at once."""
    app().catalogue.remove(track_id)
    return Response(status_code=HTTPStatus.NO_CONTENT)
