"""The route of recommendations."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from events.asking import BecauseAnswer, RecommendationAnswer, RecommendationQuery, RecommendedTrack
from events.fields import Id
from events.tracks import track_answer
from infra.wiring import app
from recommender.asking import Request, Seeds
from recommender.recommend import Item, RecommendedPage, reason_of

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # powertools leaves its constructor untyped


@router.get("/users/<user_id>/recommendations")
def recommend(user_id: Annotated[Id, Path()], asked: Annotated[RecommendationQuery, Query()]) -> RecommendationAnswer:
    """Say what a user should hear next."""
    request = Request(
        user=app().pseudonyms.of(user_id),
        recommendation_id=uuid.uuid4().hex,
        limit=asked.limit,
        adventure=asked.adventure,
        seeds=Seeds(tracks=tuple(asked.seed_tracks), artists=tuple(asked.seed_artists), genres=tuple(asked.seed_genres)),
        filters=asked.to_domain(),
    )
    return _answer(app().recommend.page(request, now=datetime.now(UTC)))


def _answer(page: RecommendedPage) -> RecommendationAnswer:
    serving = page.serving
    models = {"audio": serving.audio_version, "text": serving.text_version, "collab": serving.collab_version}
    return RecommendationAnswer(
        items=[_item(item, page) for item in page.items],
        recommendation_id=page.recommendation_id,
        cold=page.cold,
        why=page.why,
        models={space: version for space, version in models.items() if version},
    )


def _item(item: Item, page: RecommendedPage) -> RecommendedTrack:
    text, exemplars = reason_of(item, page.exemplars)
    return RecommendedTrack(
        track=track_answer(item.track),
        score=round(item.candidate.score, 6),
        source=item.candidate.source,
        because=BecauseAnswer(text=text, tracks=list(exemplars)),
    )
