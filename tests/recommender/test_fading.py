"""What was shown and not played steps back, and comes forward again as it is forgotten."""

from datetime import timedelta

import pytest

from recommender.pages.fading import ignored
from recommender.pages.impressions import Impression
from recommender.pages.policy import Policy
from tests.recommender.engine import NOW

POLICY = Policy(ignored=0.5, ignored_half_life=timedelta(days=7))


def page(*track_ids: str, days_ago: float = 0) -> Impression:
    return Impression(
        recommendation_id="r",
        user="ann",
        at=NOW - timedelta(days=days_ago),
        track_ids=track_ids,
        sources=("audio",) * len(track_ids),
        cold=False,
        collab_version=None,
    )


def test_each_showing_costs_a_factor() -> None:
    assert ignored([page("a", "b"), page("a")], (), policy=POLICY, now=NOW) == {"a": 0.25, "b": 0.5}


def test_what_was_acted_on_does_not_fade() -> None:
    assert ignored([page("a", "b")], {"a"}, policy=POLICY, now=NOW) == {"b": 0.5}


def test_a_showing_is_half_forgotten_after_its_half_life() -> None:
    assert ignored([page("a", days_ago=7)], (), policy=POLICY, now=NOW) == {"a": pytest.approx(0.5**0.5)}


def test_without_pages_nothing_fades() -> None:
    assert ignored([], (), policy=POLICY, now=NOW) == {}
