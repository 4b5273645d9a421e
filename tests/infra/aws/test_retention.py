"""What is kept of people ends by DynamoDB's own hand, even if upkeep never runs."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from infra.aws import tables
from infra.aws.impressions import DynamoImpressionLog
from infra.aws.interactions import DynamoInteractionLog
from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from tests.contracts import aws

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def days_of(expires: int) -> float:
    """Return how many days after noon something ends."""
    return (expires - NOON.timestamp()) / 86_400


def test_an_interaction_ends_a_month_after_its_retention_at_the_latest(cleanup: ExitStack) -> None:
    table = aws.table(tables.LOG, cleanup)

    DynamoInteractionLog(table).append([Interaction(interaction_id="i", user="ann", track_id="t", kind=Kind.PLAY, at=NOON)])

    ends = {item["pk"][0]: days_of(item["expires"]) for item in table.scan(only="#pk, #sk, #expires") if "expires" in item}
    assert (ends["U"], ends["I"]) == (760.0, 760.0)
    # a day's counters, which hold short hashes of who listened
    assert 0 < ends["D"] <= 400


def test_a_page_ends_a_week_after_its_retention_at_the_latest(cleanup: ExitStack) -> None:
    table = aws.table(tables.USERS, cleanup)
    page = Impression(recommendation_id="r", user="ann", at=NOON, track_ids=(), sources=(), cold=True, collab_version=None)

    DynamoImpressionLog(table).append(page)

    ends = [item["expires"] for item in table.scan(only="#pk, #expires") if item["pk"] == "U#ann"]
    assert ends == [int((NOON + timedelta(days=97)).timestamp())]
