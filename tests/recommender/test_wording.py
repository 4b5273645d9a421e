"""What is said of a track is the same words, whether the catalogue or the index is asked."""

from datetime import UTC, datetime

import pytest

from recommender.payload import payload_of
from recommender.tracks import Metadata, Track
from recommender.wording import content_in, content_of

SAID = Metadata(title="Song", artists=("Ann",), genres=("Rock", "Pop"), tags=("Live", "rock"), popularity=40.0)


def test_genres_come_before_tags_and_each_counts_once() -> None:
    content = content_of([SAID])

    assert content.words[0] == pytest.approx({"tag:rock": 1.0, "tag:pop": 2**-0.5, "tag:live": 3**-0.5, "artist:ann": 1.0})
    assert content.popularity == [40.0]


@pytest.mark.parametrize("said", [SAID, Metadata(title="Song")])
def test_the_point_of_a_track_says_what_its_metadata_say(said: Metadata) -> None:
    track = Track(track_id="t1", metadata=said, added_at=datetime(2026, 1, 1, tzinfo=UTC))

    asked, stored = content_of([said]), content_in([payload_of(track)])

    assert (stored.words, stored.popularity) == (asked.words, asked.popularity)
