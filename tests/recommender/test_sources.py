"""What each source asks the index, and when it has nothing to go by."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from embeddings.taste import Mode
from recommender.asking import Ask, Request
from recommender.filters import Between, Where
from recommender.serving import Serving
from recommender.sources.fresh import FreshTracks
from recommender.sources.modes import TasteModes
from recommender.sources.seeds import SeedTracks
from recommender.taste import SpaceTaste, Taste
from tests.recommender.engine import EAR, NOW, angle_of, at_angle

MODES = tuple(Mode(at_angle(degrees), weight, (f"t{degrees}",)) for degrees, weight in [(0, 0.49), (90, 0.36), (180, 0.1), (270, 0.05)])


def asked(*, version: str = EAR, adventure: float = 0.5, taste: bool = True) -> Ask:
    """Return an ask of somebody whose four modes in sound were made in this version."""
    return Ask(
        request=Request(user="ann", recommendation_id="r", adventure=adventure),
        where=Where(),
        serving=Serving(audio_version=EAR),
        now=NOW,
        taste=Taste(user="ann", updated_at=NOW, spaces={"audio": SpaceTaste(version, MODES)}) if taste else None,
    )


def test_two_modes_in_sound_are_asked_for_each_by_the_root_of_its_weight() -> None:
    first, second = TasteModes().queries(asked())

    assert first.nearest.slot == second.nearest.slot == "audio_a"
    assert round(angle_of(first.nearest.vector)) != round(angle_of(second.nearest.vector))
    roots = {0: 0.7, 90: 0.6, 180: 0.1**0.5, -90: 0.05**0.5, 270: 0.05**0.5}
    for query in (first, second):
        assert query.weight == pytest.approx(roots[round(angle_of(query.nearest.vector))])


def test_over_pages_every_mode_is_asked_for_and_heavy_ones_more_often() -> None:
    requests = [Request(user="ann", recommendation_id=f"page {number}") for number in range(2000)]

    asked_for = Counter(
        round(angle_of(query.nearest.vector)) % 360
        for request in requests
        for query in TasteModes().queries(replace(asked(), request=request))
    )

    assert asked_for[0] > asked_for[90] > asked_for[180] > asked_for[270] > 50


def test_a_taste_of_a_version_that_is_not_served_is_never_compared_with_the_one_that_is() -> None:
    stale = asked(version="ear-0")

    assert TasteModes().queries(stale) == []
    assert FreshTracks().queries(stale) == []


def test_new_tracks_are_asked_for_near_the_heaviest_mode() -> None:
    (query,) = FreshTracks().queries(asked(adventure=1.0))

    assert round(angle_of(query.nearest.vector)) == 0
    assert query.weight == 0.5
    assert query.nearest.where.must == (Between("added_at", (NOW - timedelta(days=14)).timestamp(), None),)


def test_without_adventure_new_tracks_are_not_asked_for() -> None:
    assert FreshTracks().queries(asked(adventure=0)) == []


def test_without_a_taste_or_seeds_nothing_is_asked() -> None:
    nothing_known = asked(taste=False)

    assert [source.queries(nothing_known) for source in (TasteModes(), FreshTracks(), SeedTracks())] == [[], [], []]


def test_where_nothing_is_served_nothing_is_asked() -> None:
    unserved = replace(asked(), serving=Serving())

    assert TasteModes().queries(unserved) == []


def test_new_tracks_are_asked_for_on_a_share_of_the_pages_that_is_the_adventure() -> None:
    pages = [
        replace(asked(adventure=0.3), request=Request(user="ann", recommendation_id=f"page {number}", adventure=0.3))
        for number in range(2000)
    ]

    asking = sum(bool(FreshTracks().queries(page)) for page in pages)

    assert asking / len(pages) == pytest.approx(0.3, abs=0.04)
