"""The figures of the last day's pages, counted by hand."""

from datetime import timedelta

import pytest

from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from tests.recommender.engine import NOW, Engine


def shown(*track_ids: str, source: str = "audio", cold: bool = False, hours_ago: float = 1) -> Impression:
    return Impression(
        recommendation_id="r",
        user="ann",
        at=NOW - timedelta(hours=hours_ago),
        track_ids=track_ids,
        sources=(source,) * len(track_ids),
        cold=cold,
        collab_version=None,
    )


def library(size: int = 4) -> Engine:
    engine = Engine()
    for number in range(size):
        engine.add(f"t{number}", number)
    return engine


def test_pages_cold_share_coverage_and_sources_are_counted() -> None:
    engine = library()
    engine.impressions.append(shown("t0", "t1", "t1"))
    engine.impressions.append(shown("t0", source="popular", cold=True))
    engine.impressions.append(shown("t3", hours_ago=25))

    report = engine.quality.report(now=NOW)

    assert (report["pages"], report["cold_share"], report["coverage"]) == (2, 0.5, 0.5)
    assert (report["source_share_audio"], report["source_share_popular"]) == (0.75, 0.25)
    assert report["new_share"] == 0.0


def test_tracks_of_the_last_two_weeks_are_new() -> None:
    engine = library()
    engine.objects.put("uploads/song.flac", b"flac:50")
    new = engine.ingest().hear("uploads/song.flac", now=NOW - timedelta(days=13))
    assert new is not None
    engine.impressions.append(shown(new.track_id, "t0"))

    assert engine.quality.report(now=NOW)["new_share"] == 0.5


def test_even_exposure_has_no_gini_and_one_track_for_all_nearly_one() -> None:
    even, uneven = library(), library()
    even.impressions.append(shown("t0", "t1", "t2", "t3"))
    for _ in range(4):
        uneven.impressions.append(shown("t0"))

    assert even.quality.report(now=NOW)["gini"] == pytest.approx(0.0, abs=1e-9)
    assert uneven.quality.report(now=NOW)["gini"] >= 0.75


def test_a_day_without_pages_is_told_in_zeros() -> None:
    report = library().quality.report(now=NOW)

    assert (report["pages"], report["cold_share"], report["coverage"], report["new_share"]) == (0, 0, 0, 0)


def test_a_library_without_tracks_can_be_reported_on() -> None:
    assert Engine().quality.report(now=NOW)["coverage"] == 0


def test_what_everybody_plays_is_no_news_and_what_nobody_played_is() -> None:
    known, unknown = library(), library()
    for engine, track_id in ((known, "t0"), (unknown, "t1")):
        engine.log.append([interaction(number) for number in range(8)])
        engine.impressions.append(shown(track_id))

    told = [engine.quality.report(now=NOW)["novelty"] for engine in (known, unknown)]

    # all of eight plays are of t0: no bit; t1 counts as one play of eight: three bits
    assert told == [0.0, 3.0]


def interaction(number: int) -> Interaction:
    """Return a whole play of the first track."""
    return Interaction(
        interaction_id=f"i{number}",
        user=f"u{number}",
        track_id="t0",
        kind=Kind.PLAY,
        at=NOW - timedelta(hours=1),
        heard_ms=180_000,
        share=1.0,
    )
