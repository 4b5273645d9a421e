"""The demo's listeners listen as their taste has it, within the last thirty days."""

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import combinations
from typing import get_args

import numpy as np

from infra.demo.catalogue import demo_tracks
from infra.demo.listeners import Kind, demo_audience, demo_listeners

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
TRACKS = demo_tracks()
AUDIENCE = {listener.user_id: listener for listener in demo_audience(TRACKS)}
LISTENS = demo_listeners(TRACKS, now=NOW)


def test_forty_listeners_have_thirty_to_eighty_interactions_each() -> None:
    counts = Counter(listen.user_id for listen in LISTENS)

    assert counts.keys() == AUDIENCE.keys()
    assert len(counts) == 40
    assert all(30 <= count <= 80 for count in counts.values())


def test_the_same_seed_and_time_make_the_same_listening() -> None:
    assert demo_listeners(TRACKS, now=NOW) == LISTENS
    assert demo_listeners(TRACKS, now=NOW, seed=8) != LISTENS


def test_every_kind_occurs_and_no_other() -> None:
    assert {listen.kind for listen in LISTENS} == set(get_args(Kind))


def test_times_are_utc_in_order_and_within_thirty_days() -> None:
    times = [listen.at for listen in LISTENS]

    assert times == sorted(times)
    assert times[0] >= NOW - timedelta(days=30)
    assert times[-1] <= NOW
    assert {time.tzinfo for time in times} == {UTC}


def test_a_clock_elsewhere_gives_the_same_moments() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))

    assert demo_listeners(TRACKS, now=elsewhere) == LISTENS


def test_most_plays_are_in_a_style_the_listener_likes() -> None:
    plays = [listen for listen in LISTENS if listen.kind == "play"]

    for user_id, listener in AUDIENCE.items():
        own = [TRACKS[listen.track].style in listener.likes for listen in plays if listen.user_id == user_id]
        assert np.mean(own) > 0.6, user_id
    assert 0.8 < np.mean([TRACKS[listen.track].style in AUDIENCE[listen.user_id].likes for listen in plays]) < 0.97


def test_what_a_listener_avoids_is_mostly_skipped() -> None:
    met = [listen.kind for listen in LISTENS if TRACKS[listen.track].style in AUDIENCE[listen.user_id].avoids]

    assert met.count("skip") > 3 * met.count("play")


def test_plays_are_heard_for_long_skips_briefly_and_the_rest_not_at_all() -> None:
    for listen in LISTENS:
        duration = TRACKS[listen.track].duration_ms
        if listen.kind == "play":
            assert listen.heard_ms is not None
            assert 0.69 * duration < listen.heard_ms <= duration
        elif listen.kind == "skip":
            assert listen.heard_ms is not None
            assert 0 < listen.heard_ms < 0.31 * duration
        else:
            assert listen.heard_ms is None


def test_only_what_is_liked_is_unliked_and_nothing_banned_is_played_again() -> None:
    liked: set[tuple[str, int]] = set()
    banned: set[tuple[str, int]] = set()

    for listen in sorted(LISTENS, key=lambda listen: listen.at):
        pair = (listen.user_id, listen.track)
        assert pair not in banned
        if listen.kind == "unlike":
            assert pair in liked
        liked = liked | {pair} if listen.kind == "like" else liked - {pair} if listen.kind == "unlike" else liked
        banned = banned | {pair} if listen.kind == "ban" else banned


def test_every_style_is_liked_by_several_and_some_listeners_like_more_than_one() -> None:
    fans = Counter(style for listener in AUDIENCE.values() for style in listener.likes)

    assert fans.keys() == {track.style for track in TRACKS}
    assert min(fans.values()) >= 4
    assert {len(listener.likes) for listener in AUDIENCE.values()} == {1, 2, 3}
    assert all(not listener.avoids & set(listener.likes) for listener in AUDIENCE.values())


def test_a_few_tracks_take_a_large_share_of_the_plays() -> None:
    plays = sorted(Counter(listen.track for listen in LISTENS if listen.kind == "play").values(), reverse=True)

    assert sum(plays[:12]) > 0.33 * sum(plays)
    assert len(plays) > 50


def test_listeners_who_share_a_style_share_tracks() -> None:
    played = {user: {listen.track for listen in LISTENS if listen.user_id == user and listen.kind == "play"} for user in AUDIENCE}
    pairs = list(combinations(AUDIENCE.values(), 2))

    def overlap(*, kindred: bool) -> float:
        chosen = [(one, other) for one, other in pairs if bool(set(one.likes) & set(other.likes)) == kindred]
        shared = [
            len(played[one.user_id] & played[other.user_id]) / len(played[one.user_id] | played[other.user_id]) for one, other in chosen
        ]
        return float(np.mean(shared))

    assert overlap(kindred=True) > 1.5 * overlap(kindred=False)


def test_an_empty_catalogue_has_no_listeners() -> None:
    assert demo_listeners([], now=NOW) == []
