"""Routes of radio, ways between tracks and playlists: tracks in the order in which they play."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.asking import BecauseAnswer, RecommendedTrack
from events.playing import ContinuationAnswer, ContinueBody, PathAnswer, PathQuery, RadioAnswer, RadioQuery
from events.tracks import track_answer
from infra.wiring import app
from recommender.pages.explaining import reason_of
from recommender.pages.page import RecommendedPage
from recommender.playing.continuing import Playlist
from recommender.playing.flow import Arc
from recommender.playing.path import Stop
from recommender.playing.radio import Tuning

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.get("/radio")
def play_radio(asked: Annotated[RadioQuery, Query()]) -> RadioAnswer:
    """Play the next tracks of an endless radio."""
    tuning = Tuning(
        recommendation_id=uuid.uuid4().hex,
        seeds=asked.seeds(),
        user=_user(asked.user_id),
        filters=asked.to_domain(),
        limit=asked.limit,
        after=asked.after,
        arc=Arc(asked.arc),
    )
    page = app().radio.page(tuning, now=datetime.now(UTC))
    return RadioAnswer(
        items=_items(page.page),
        next=page.station.token() if page.station else None,
        started_over=page.started_over,
        recommendation_id=tuning.recommendation_id if tuning.user else None,
        why=page.page.why,
    )


@router.get("/path")
def lead(asked: Annotated[PathQuery, Query()]) -> PathAnswer:
    """Lead from one track to another in small steps of sound."""
    stops = app().path.between(asked.from_, asked.to, filters=asked.to_domain(), limit=asked.limit)
    items = [_stop(stop, previous) for stop, previous in zip(stops, [None, *stops], strict=False)]
    return PathAnswer(items=items, why=None if len(items) > 2 or asked.limit == 2 else "No track between them passes the filters.")


@router.post("/playlists/continue")
def continue_playlist(said: ContinueBody) -> ContinuationAnswer:
    """Say what comes after a list of tracks."""
    playlist = Playlist(
        recommendation_id=uuid.uuid4().hex,
        track_ids=said.track_ids,
        user=_user(said.user_id),
        filters=said.to_domain(),
        limit=said.limit,
        arc=Arc(said.arc),
    )
    page = app().continuing.after(playlist, now=datetime.now(UTC))
    return ContinuationAnswer(items=_items(page), recommendation_id=playlist.recommendation_id if playlist.user else None, why=page.why)


def _user(user_id: str | None) -> str | None:
    return None if user_id is None else app().pseudonyms.of(user_id)


def _items(page: RecommendedPage) -> list[RecommendedTrack]:
    items = []
    for item in page.items:
        text, exemplars = reason_of(item, page.exemplars)
        items.append(
            RecommendedTrack(
                track=track_answer(item.track),
                score=round(item.candidate.score, 6),
                source=item.candidate.source,
                because=BecauseAnswer(text=text, tracks=list(exemplars)),
                parts={name: round(part, 6) for name, part in item.candidate.parts.items()},
            )
        )
    return items


def _stop(stop: Stop, previous: Stop | None) -> RecommendedTrack:
    if previous is None:
        because = BecauseAnswer(text="The way starts here", tracks=[])
    else:
        text = f"A step of {stop.step:.0f}° in sound from {previous.track.metadata.title}"
        because = BecauseAnswer(text=text, tracks=[previous.track.track_id])
    return RecommendedTrack(
        track=track_answer(stop.track),
        score=round(1.0 - stop.step / 180.0, 6),
        source="path",
        because=because,
        parts={"along": round(stop.along, 6), "step": round(stop.step, 3)},
    )
