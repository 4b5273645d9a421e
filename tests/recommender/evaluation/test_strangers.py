"""Of listeners who are new nothing is learned, and they are asked for by a few tracks that they had trained with."""

import numpy as np
import pytest

from recommender.evaluation.dataset import Dataset, of_split
from recommender.evaluation.listening import read_split
from recommender.evaluation.strangers import strangers_of, times
from tests.recommender.engine import NOW


def five_users() -> Dataset:
    """All play tracks 0 to 4, and each one of 5 to 9 in the end."""
    train = [f"{user} 0 1 2 3 4" for user in range(5)]
    return of_split(read_split(train, ["0 5"], [f"{user} {5 + user}" for user in range(5)]), {}, now=NOW)


def test_a_fifth_of_the_users_is_drawn_with_three_tracks_each_and_their_acts_are_gone() -> None:
    data = five_users()

    strangers = strangers_of(data, seed=1)

    ((user, picks),) = strangers.picks.items()
    assert len(set(picks.tolist())) == 3
    assert set(picks.tolist()) <= {0, 1, 2, 3, 4}
    assert {act.user for act in strangers.known.acts} == set(data.users) - {data.users[user]}


def test_the_same_seed_draws_the_same() -> None:
    data = five_users()

    first, again = strangers_of(data, seed=4), strangers_of(data, seed=4)

    assert {user: picks.tolist() for user, picks in first.picks.items()} == {user: picks.tolist() for user, picks in again.picks.items()}


def test_the_plays_of_strangers_are_those_of_their_picks() -> None:
    data = five_users()
    strangers = strangers_of(data, seed=1)

    plays = strangers.plays(data.acts)

    ((user, picks),) = strangers.picks.items()
    assert {(act.user, act.track_id) for act in plays} == {(data.users[user], str(track)) for track in picks.tolist()}


def test_popularity_counts_the_others_alone_and_leaves_out_what_a_stranger_trained_with() -> None:
    split = read_split([*(f"{user} 7 8 9" for user in range(3)), "3 8", "4 0"], ["0 1"], [f"{user} 8" for user in range(5)])
    data = of_split(split, {}, now=NOW)
    strangers = next(one for seed in range(50) if 4 in (one := strangers_of(data, seed=seed)).picks)

    users = strangers.judged(split.test)
    lists = strangers.by_popularity(users)

    assert lists[0, :3].tolist() == [8, 7, 9]
    assert 0 not in lists[0]
    assert strangers.ndcg(users, lists, split.test) == 1.0
    np.testing.assert_array_equal(users, [4])


def test_times_are_a_mean_over_draws_with_its_error_and_the_least() -> None:
    told = times([2.0, 6.0], [1.0, 2.0])

    assert told == {"mean": 2.5, "error": pytest.approx(0.5), "least": 2.0}


def test_one_draw_has_no_error() -> None:
    assert times([3.0], [2.0]) == {"mean": 1.5, "error": None, "least": 1.5}
