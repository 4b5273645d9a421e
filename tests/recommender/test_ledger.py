"""The log in numbers: whose acts count, and how many."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from recommender.interactions import Interaction, Kind
from recommender.training.ledger import read
from tests.recommender.engine import act


def acts_of(user: str, count: int) -> list[Interaction]:
    """Return acts on t0, t1 … of one user, an hour apart, the oldest first."""
    return [replace(act(f"t{number}", user=user, days_ago=50 - number / 24), interaction_id=f"{user}{number}") for number in range(count)]


def test_users_and_tracks_are_numbered_in_the_order_of_their_ids() -> None:
    ledger = read([act("z", user="ben", days_ago=2), act("a", Kind.LIKE, user="ann", days_ago=1)])

    assert (ledger.users, ledger.tracks) == (("ann", "ben"), ("a", "z"))
    assert ledger.rows[["user", "track"]].tolist() == [(1, 1), (0, 0)]
    assert [(round(float(row["weight"]), 3), bool(row["is_play"])) for row in ledger.rows] == [(1.0, True), (2.0, False)]


def test_of_each_user_the_latest_acts_count_and_all_that_were_told_are_counted() -> None:
    ledger = read([*acts_of("ann", 30), *acts_of("ben", 3)], of_user=10)

    kept = {user: [ledger.tracks[row["track"]] for row in ledger.rows if ledger.users[row["user"]] == user] for user in ledger.users}
    assert kept == {"ann": [f"t{number}" for number in range(20, 30)], "ben": ["t0", "t1", "t2"]}
    assert ledger.read == 33


def test_of_a_log_that_is_too_long_the_latest_acts_count() -> None:
    ledger = read(acts_of("ann", 30), most=4)

    assert ledger.tracks == ("t26", "t27", "t28", "t29")


def test_private_acts_are_not_even_counted() -> None:
    ledger = read([act("t"), act("secret", private=True)])

    assert (ledger.tracks, ledger.read) == (("t",), 1)


def test_an_empty_log_is_an_empty_ledger() -> None:
    ledger = read([])

    assert (ledger.users, ledger.tracks, len(ledger.rows), ledger.read) == ((), (), 0, 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=60), st.integers(1, 8), st.integers(1, 30))
def test_reading_page_by_page_keeps_what_reading_at_once_would(told: list[tuple[str, int]], of_user: int, page: int) -> None:
    acts = [replace(act(f"t{track}", user=user, days_ago=90 - at), interaction_id=str(at)) for at, (user, track) in enumerate(told)]

    at_once, in_pages = read(acts, of_user=of_user), read(acts, of_user=of_user, page=page)

    assert in_pages.rows.tolist() == at_once.rows.tolist()
    assert (in_pages.users, in_pages.tracks, in_pages.read) == (at_once.users, at_once.tracks, at_once.read)


def test_a_share_of_the_log_is_a_moment_that_so_many_acts_came_before() -> None:
    ledger = read(acts_of("ann", 10))

    split = ledger.at_share(0.8)

    assert (ledger.rows["at"] < split).sum() == 8
    assert ledger.since(split) == 2
