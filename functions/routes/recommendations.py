"""The route of recommendations."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.asking import BecauseAnswer, DroppedAnswer, RecommendationAnswer, RecommendationQuery, RecommendedTrack
from events.fields import Id
from events.tracks import track_answer
from infra.wiring import app
from recommender.pages.asking import Request
from recommender.pages.explaining import reason_of
from recommender.pages.page import Item, RecommendedPage

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.get("/users/<user_id>/recommendations")
def recommend(user_id: Annotated[Id, Path()], asked: Annotated[RecommendationQuery, Query()]) -> RecommendationAnswer:
    """Say what a user should hear next."""
    request = Request(
        user=app().pseudonyms.of(user_id),
        recommendation_id=uuid.uuid4().hex,
        limit=asked.limit,
        adventure=asked.adventure,
        seeds=asked.seeds(),
        filters=asked.to_domain(),
        after=asked.after,
        is_explained=asked.explain == "full",
    )
    page = app().recommend.page(request, now=datetime.now(UTC))
    if page.degraded:
        app().metrics.count("degraded_answers")
    return _answer(page, is_explained=request.is_explained)


def _answer(page: RecommendedPage, *, is_explained: bool) -> RecommendationAnswer:
    serving = page.serving
    models = {"audio": serving.audio_version, "text": serving.text_version, "collab": serving.collab_version}
    return RecommendationAnswer(
        items=[_item(item, page) for item in page.items],
        next=page.next,
        recommendation_id=page.recommendation_id,
        cold=page.cold,
        degraded=page.degraded,
        why=page.why,
        models={space: version for space, version in models.items() if version},
        dropped=[DroppedAnswer(step=one.step, count=one.count, tracks=list(one.track_ids)) for one in page.dropped]
        if is_explained
        else None,
    )


def _item(item: Item, page: RecommendedPage) -> RecommendedTrack:
    text, exemplars = reason_of(item, page.exemplars)
    return RecommendedTrack(
        track=track_answer(item.track),
        score=round(item.candidate.score, 6),
        source=item.candidate.source,
        because=BecauseAnswer(text=text, tracks=list(exemplars)),
        parts={source: round(part, 6) for source, part in item.candidate.parts.items()},
    )
