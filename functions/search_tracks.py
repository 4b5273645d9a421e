"""Answer a query in words."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.utilities.typing import LambdaContext

from events.asking import ScoredAnswer, ScoredTrack, SearchQuery
from events.tracks import track_answer
from functions.web import resolver
from infra.snapshot import settle
from infra.wiring import app as wired

app = resolver()


@app.get("/search")
def search(asked: Annotated[SearchQuery, Query()]) -> ScoredAnswer:
    """Find tracks by words and by meaning."""
    user = wired().pseudonyms.of(asked.user_id) if asked.user_id is not None else None
    found = wired().search.find(asked.q, user=user, filters=asked.to_domain(), limit=asked.limit)
    items = [ScoredTrack(track=track_answer(one.track), score=round(one.score, 6)) for one in found]
    return ScoredAnswer(items=items, why=None if items else "Nothing in the catalogue is named or described like that.")


settle()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one search."""
    return app.resolve(event, context)
