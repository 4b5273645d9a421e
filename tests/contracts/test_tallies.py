"""What every store of counts promises."""

from recommender.ports.stores import Tallies


def test_counts_of_one_key_add_up_over_days(tallies: Tallies) -> None:
    tallies.add("shown", {"a": 1, "b": 2}, day=100)
    tallies.add("shown", {"a": 3}, day=101)
    tallies.add("shown", {"a": 1}, day=101)

    found = tallies.read("shown", since=100)

    assert found == {"a": 5.0, "b": 2.0}


def test_days_before_the_first_asked_for_do_not_count(tallies: Tallies) -> None:
    tallies.add("shown", {"a": 1}, day=99)
    tallies.add("shown", {"a": 10}, day=100)

    found = tallies.read("shown", since=100)

    assert found == {"a": 10.0}


def test_names_are_counted_apart(tallies: Tallies) -> None:
    tallies.add("shown", {"a": 1}, day=100)
    tallies.add("skipped", {"a": 7}, day=100)

    found = tallies.read("shown", since=0)

    assert found == {"a": 1.0}


def test_only_the_keys_asked_for_come_back_and_only_those_that_have_counts(tallies: Tallies) -> None:
    tallies.add("shown", {"a": 1, "b": 2, "c": 0.5}, day=100)

    found = tallies.read("shown", since=100, keys=["c", "z"])

    assert found == {"c": 0.5}
    assert tallies.read("shown", since=100, keys=[]) == {}


def test_days_before_a_day_expire(tallies: Tallies) -> None:
    tallies.add("shown", {"a": 1, "b": 1}, day=99)
    tallies.add("shown", {"a": 1}, day=100)

    removed = tallies.expire(100)

    assert removed == 2
    assert tallies.read("shown", since=0) == {"a": 1.0}
