"""A catalogue is parted by its genres, or by sound where it has none."""

from recommender.pages.segments import OTHER, segment_of, segments_of
from recommender.ports.index import Point
from tests.recommender.engine import angle_of, at_angle


def heard(track_id: str, degrees: float, *genres: str) -> Point:
    return Point(track_id, {"audio_a": at_angle(degrees)}, {"genres": list(genres)} if genres else {})


def test_genres_part_a_catalogue_that_has_them_the_commonest_first() -> None:
    sample = [heard("a", 0, "rock"), heard("b", 20, "rock"), heard("c", 90, "jazz", "rock")]

    segments = segments_of(sample)

    assert [(segment.key, round(angle_of(segment.centres["audio_a"]))) for segment in segments] == [("rock", 10), ("jazz", 90)]


def test_a_track_belongs_to_its_first_genre_that_is_a_segment() -> None:
    segments = segments_of([heard("a", 0, "rock"), heard("b", 90, "jazz")])

    assert segment_of(segments, heard("x", 0, "polka", "jazz", "rock")) == "jazz"
    assert segment_of(segments, heard("x", 0, "polka")) == OTHER


def test_without_genres_like_sounds_are_a_segment_named_by_the_track_in_its_middle() -> None:
    sample = [heard(f"t{degrees}", degrees) for degrees in (0, 0.1, 0.2, 180, 180.1, 180.2)]

    segments = segments_of(sample)

    assert {segment.key for segment in segments} == {"like t0.1", "like t180.1"}
    assert segment_of(segments, heard("x", 170)) == "like t180.1"


def test_one_genre_is_no_parting() -> None:
    segments = segments_of([heard("a", 0, "rock"), heard("b", 90, "rock")])

    assert [segment.genre for segment in segments] == [None, None]


def test_tracks_without_anything_are_in_no_segment() -> None:
    silent = Point("a", {}, {})

    assert segments_of([silent]) == ()
    assert segment_of((), silent) == OTHER


def test_the_same_sample_in_any_order_makes_the_same_segments() -> None:
    sample = [heard(f"t{degrees}", degrees) for degrees in range(0, 360, 15)]

    assert [one.key for one in segments_of(sample)] == [one.key for one in segments_of(sample[::-1])]
