"""A point's payload says what is known of its track in the forms that conditions match."""

from dataclasses import replace

from recommender.payload import payload_of
from recommender.tracks import Metadata, Track
from tests.recommender.engine import ADDED

TRACK = Track(
    track_id="joga",
    metadata=Metadata(
        title="Jóga",
        artists=("Björk",),
        album="Homogenic",
        genres=("Trip Hop",),
        year=1997,
        duration_ms=305_000,
        explicit=False,
        popularity=71,
        markets=("is", "DE"),
    ),
    added_at=ADDED,
    attributes={"tempo": 84.5, "key": 5.0, "mode": 0.0},
    versions={"audio": "ear-1"},
)


def test_names_are_folded_booleans_are_numbers_and_times_are_seconds() -> None:
    assert payload_of(TRACK) == {
        "track_id": "joga",
        "title": "Jóga",
        "artists": ["bjork"],
        "genres": ["trip hop"],
        "album": "homogenic",
        "markets": ["IS", "DE"],
        "explicit": 0,
        "year": 1997,
        "duration_ms": 305_000,
        "popularity": 71.0,
        "added_at": int(ADDED.timestamp()),
        "tempo": 84.5,
        "key": 5,
        "mode": 0,
        "audio_version": "ear-1",
    }


def test_what_is_not_known_is_left_out_and_a_track_without_markets_plays_everywhere() -> None:
    bare = payload_of(Track(track_id="t", metadata=Metadata(title="T"), added_at=ADDED))

    assert {"album", "year", "duration_ms", "tempo"}.isdisjoint(bare)
    assert bare["markets"] == ["*"]


def test_no_value_is_a_boolean() -> None:
    explicit = replace(TRACK, metadata=replace(TRACK.metadata, explicit=True))

    assert not any(isinstance(value, bool) for value in payload_of(explicit).values())
    assert payload_of(explicit)["explicit"] == 1
