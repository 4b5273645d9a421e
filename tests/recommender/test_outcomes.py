"""What comes of pages is counted once an act, by what brought the track and where it stood."""

import pytest

from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.pages.outcomes import keys_of
from tests.recommender.engine import NOW, Engine, act


def page(*track_ids: str, cold: bool = False, sources: tuple[str, ...] = (), user: str = "ann") -> Impression:
    return Impression(
        recommendation_id="r",
        user=user,
        at=NOW,
        track_ids=track_ids,
        sources=sources or ("audio",) * len(track_ids),
        cold=cold,
        collab_version="v1",
        segments=("rock",) * len(track_ids) if cold else (),
    )


def acted(track_id: str, kind: Kind = Kind.PLAY, **fields: object) -> Interaction:
    return act(track_id, kind, days_ago=0, recommendation_id="r", **fields)


def engine_with(shown: Impression) -> Engine:
    engine = Engine()
    for number in range(6):
        engine.add(f"t{number}", number, duration_ms=100_000)
    engine.impressions.append(shown)
    return engine


def test_reach_skip_rate_and_completion_are_told_by_source_place_version_and_kind_of_page() -> None:
    engine = engine_with(page("t0", "t1", "t2", "t3", sources=("audio", "audio", "collab", "collab")))
    engine.listen(
        acted("t0", heard_ms=90_000),
        acted("t1", heard_ms=50_000),
        acted("t2", Kind.SKIP, heard_ms=3_000),
        acted("t2", Kind.LIKE),
    )

    report = engine.quality.report(now=NOW)

    assert (report["reach_source_audio"], report["completion_source_audio"], report["skip_rate_source_audio"]) == (1.0, 0.5, 0.0)
    assert (report["reach_source_collab"], report["completion_source_collab"], report["skip_rate_source_collab"]) == (0.5, 0.0, 1.0)
    assert (report["reach_place_1"], report["reach_place_4-5"]) == (1.0, 0.0)
    assert report["reach_version_v1"] == report["reach_personal"] == 0.75


def test_an_act_told_twice_counts_once() -> None:
    engine = engine_with(page("t0"))

    for _ in range(2):
        engine.listen(acted("t0"))

    assert engine.quality.report(now=NOW)["reach_source_audio"] == 1.0


@pytest.mark.parametrize(
    "told",
    [act("t0", days_ago=0), acted("t5"), acted("t0", private=True), act("t0", user="ben", days_ago=0, recommendation_id="r")],
    ids=["without a page", "of a track that was not on it", "private", "on a page of somebody else"],
)
def test_what_does_not_count(told: Interaction) -> None:
    engine = engine_with(page("t0"))

    engine.listen(told)

    assert engine.quality.report(now=NOW)["reach_source_audio"] == 0.0


def test_an_act_on_a_duplicate_counts_for_the_track_that_was_shown() -> None:
    engine = engine_with(page("t0"))
    engine.catalog.link("t0 as mp3", "t0")

    engine.listen(acted("t0 as mp3"))

    assert engine.quality.report(now=NOW)["reach_source_audio"] == 1.0


def test_plays_and_likes_on_a_cold_page_are_wins_of_its_segment_and_skips_are_not() -> None:
    engine = engine_with(page("t0", "t1", "t2", "t3", cold=True))

    engine.listen(acted("t0"), acted("t1", Kind.LIKE), acted("t2", Kind.SKIP), acted("t3", heard_ms=10_000))

    assert engine.tallies.read("segment_won", since=0) == {"rock": 2.0}


@pytest.mark.parametrize(("place", "key"), [(0, "place_1"), (2, "place_3"), (3, "place_4-5"), (19, "place_11-20"), (99, "place_51-100")])
def test_places_are_counted_in_stretches(place: int, key: str) -> None:
    assert keys_of(page(*(f"t{number}" for number in range(100))), place)[1] == key
