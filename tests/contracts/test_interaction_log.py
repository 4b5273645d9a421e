"""What every interaction log promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.interactions import Interaction, Kind
from recommender.ports.stores import InteractionLog, Trend
from tests.contracts.adapters import INTERACTION_LOGS, Workbench

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def play(interaction_id: str, user: str = "ann", track_id: str = "t", at: datetime = NOON, **fields: Any) -> Interaction:
    told = Interaction(interaction_id=interaction_id, user=user, track_id=track_id, kind=Kind.PLAY, at=at)
    return replace(told, **fields)


def trends(log: InteractionLog, *, now: datetime = NOON, window_days: int = 7, limit: int = 10) -> list[tuple[str, float, int]]:
    found = log.trending(now=now, half_life_days=1.0, window_days=window_days, limit=limit)
    return [(trend.track_id, trend.plays, trend.listeners) for trend in found]


def test_an_interaction_comes_back_with_everything_that_was_written(log: InteractionLog) -> None:
    told = Interaction(
        interaction_id="i1",
        user="ann",
        track_id="Ö/1",
        kind=Kind.SKIP,
        at=NOON + timedelta(microseconds=7),
        heard_ms=1500,
        share=0.1,
        context="sleep",
        private=True,
        recommendation_id="r1",
    )

    log.append([told])

    assert log.of_user("ann") == [told]


def test_only_new_ids_are_written_and_returned(log: InteractionLog) -> None:
    first, second = play("i1", track_id="a"), play("i2", track_id="b")
    log.append([first])

    fresh = log.append([second, play("i1", track_id="changed"), play("i2", track_id="again")])

    assert fresh == [second]
    assert sorted(act.track_id for act in log.of_user("ann")) == ["a", "b"]
    assert log.count() == 2


def test_new_ones_are_returned_in_the_order_given(log: InteractionLog) -> None:
    told = [play("b"), play("a"), play("b"), play("c")]

    assert [act.interaction_id for act in log.append(told)] == ["b", "a", "c"]


def test_appending_nothing_writes_nothing(log: InteractionLog) -> None:
    assert log.append([]) == []
    assert log.count() == 0


def test_a_users_interactions_are_newest_first_with_ties_by_id(log: InteractionLog) -> None:
    log.append([play("b"), play("a"), play("new", at=NOON + DAY), play("old", at=NOON - DAY), play("x", user="bob")])

    assert [act.interaction_id for act in log.of_user("ann")] == ["new", "a", "b", "old"]
    assert [act.interaction_id for act in log.of_user("ann", limit=2)] == ["new", "a"]


def test_a_ban_keeps_its_end(log: InteractionLog) -> None:
    told = [play("1", kind=Kind.BAN, until=NOON + DAY), play("2", kind=Kind.BAN)]

    log.append(told)

    assert [act.until for act in log.of_user("ann")] == [NOON + DAY, None]


@pytest.mark.parametrize("kind", [Kind.PLAY, Kind.SKIP, Kind.BAN, Kind.UNBAN])
def test_a_users_interactions_of_one_kind_are_found(log: InteractionLog, kind: Kind) -> None:
    log.append([play(f"{of.value} {number}", kind=of) for of in Kind for number in range(2)])

    assert [act.interaction_id for act in log.of_user("ann", kind=kind)] == [f"{kind.value} 0", f"{kind.value} 1"]


def test_the_interactions_of_several_users_come_at_once(log: InteractionLog) -> None:
    log.append([play("1"), play("2", user="bob"), play("3", at=NOON + DAY), play("4", kind=Kind.BAN), play("5", user="cat")])

    found = log.of_users(["ann", "bob", "nobody"], limit=2)

    assert {user: [act.interaction_id for act in acts] for user, acts in found.items()} == {"ann": ["3", "1"], "bob": ["2"], "nobody": []}
    assert [act.interaction_id for act in log.of_users(["ann"], kind=Kind.BAN)["ann"]] == ["4"]
    assert log.of_users([]) == {}


def test_until_yields_the_public_ones_oldest_first_with_the_cutoff(log: InteractionLog) -> None:
    log.append([play("b"), play("a"), play("late", at=NOON + DAY), play("old", at=NOON - DAY), play("secret", private=True)])

    assert [act.interaction_id for act in log.until(NOON)] == ["old", "a", "b"]


def test_users_are_those_with_an_interaction(log: InteractionLog) -> None:
    log.append([play("1", user="bob"), play("2", user="ann", private=True), play("3", user="bob")])

    assert list(log.users()) == ["ann", "bob"]


def test_trends_halve_each_act_with_each_half_life(log: InteractionLog) -> None:
    log.append([play("1", track_id="old", at=NOON - 2 * DAY), play("2", track_id="new"), play("3", track_id="old", at=NOON - DAY)])

    assert trends(log) == [("new", 1.0, 1), ("old", 0.75, 1)]


def test_trends_count_distinct_listeners(log: InteractionLog) -> None:
    log.append([play("1"), play("2", at=NOON - DAY), play("3", user="bob", at=NOON - DAY)])

    assert trends(log) == [("t", 2.0, 2)]


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"share": 0.3}, True),
        ({"share": 0.29}, False),
        ({"kind": Kind.LIKE}, True),
        ({"kind": Kind.SAVE}, True),
        ({"kind": Kind.SKIP}, False),
        ({"kind": Kind.UNLIKE}, False),
        ({"kind": Kind.BAN}, False),
        ({"kind": Kind.LIKE, "private": True}, False),
        ({"private": True}, False),
    ],
)
def test_trends_count_plays_not_broken_off_likes_and_saves_never_private_ones(
    log: InteractionLog, *, fields: dict[str, Any], counts: bool
) -> None:
    log.append([play("1", **fields)])

    assert trends(log) == ([("t", 1.0, 1)] if counts else [])


def test_trends_look_back_over_whole_days_of_the_window(log: InteractionLog) -> None:
    log.append([play("in", track_id="in", at=NOON - 2 * DAY), play("out", track_id="out", at=NOON - 3 * DAY)])

    assert trends(log, window_days=2) == [("in", 0.25, 1)]


def test_listeners_who_came_back_are_counted_in_the_window_they_came_back_in(log: InteractionLog) -> None:
    log.append([play("1", at=NOON - 5 * DAY), play("2", user="bob", at=NOON - 5 * DAY)])
    log.append([play("3", at=NOON - DAY), play("4", user="ann", at=NOON - 4 * DAY)])

    assert trends(log, window_days=1) == [("t", 0.5, 1)]


def test_trends_see_what_was_appended_after_they_were_asked(log: InteractionLog) -> None:
    log.append([play("1")])
    before = trends(log)

    log.append([play("2", user="bob", at=NOON - DAY), play("3", track_id="fresh", at=NOON - DAY), play("4", at=NOON - 30 * DAY)])

    assert before == [("t", 1.0, 1)]
    assert trends(log) == [("t", 1.5, 2), ("fresh", 0.5, 1)]


def test_trends_fade_from_day_to_day(log: InteractionLog) -> None:
    log.append([play("1")])

    asked = [trends(log, now=NOON + days * DAY, window_days=2) for days in range(4)]

    assert asked == [[("t", 1.0, 1)], [("t", 0.5, 1)], [("t", 0.25, 1)], []]


def test_trends_are_ranked_with_ties_by_id_and_cut_at_the_limit(log: InteractionLog) -> None:
    log.append([play("1", track_id="b"), play("2", track_id="a"), play("3", track_id="c"), play("4", track_id="c")])

    assert [track_id for track_id, _, _ in trends(log, limit=2)] == ["c", "a"]


def test_trends_answer_with_track_listeners_and_plays(log: InteractionLog) -> None:
    log.append([play("1")])

    assert log.trending(now=NOON, half_life_days=7.0, window_days=30, limit=1) == [Trend("t", 1.0, 1)]


def test_an_erased_user_is_gone_from_the_log_and_from_the_trends(log: InteractionLog) -> None:
    log.append([play("1"), play("2"), play("3", track_id="only hers"), play("4", user="bob"), play("5", private=True)])
    trends(log)

    assert log.erase("ann") == 4

    assert (log.of_user("ann"), list(log.users()), log.count()) == ([], ["bob"], 1)
    assert trends(log) == [("t", 1.0, 1)]
    assert log.erase("ann") == 0


def test_what_is_too_old_expires_from_the_log_and_from_the_trends(log: InteractionLog) -> None:
    log.append([play("1", at=NOON - timedelta(hours=3)), play("2", at=NOON), play("3", user="bob", at=NOON - timedelta(hours=2))])
    trends(log)

    assert log.expire(NOON - timedelta(hours=1)) == 2

    assert [act.interaction_id for act in log.of_user("ann")] == ["2"]
    assert trends(log) == [("t", 1.0, 1)]


ACTS = st.builds(
    play,
    interaction_id=st.sampled_from([f"i{number}" for number in range(12)]),
    user=st.sampled_from(["ann", "bob"]),
    track_id=st.sampled_from(["s", "t"]),
    at=st.integers(0, 72).map(lambda hours: NOON - timedelta(hours=hours)),
    share=st.sampled_from([None, 0.1, 0.5]),
    private=st.booleans(),
)


_DRAWN = given(batches=st.lists(st.lists(ACTS, max_size=6), max_size=6), cut=st.integers(0, 72))
_UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=40, **_UNHURRIED)
@_DRAWN
def test_any_batching_any_repeating_and_any_removing_leaves_what_the_fake_holds(
    batches: list[list[Interaction]], cut: int, tmp_path_factory: pytest.TempPathFactory, bench: Workbench
) -> None:
    assert_alike("sqlite", batches, cut, Workbench(tmp_path_factory.mktemp("log"), bench.cleanup))


# A table of moto's answers a hundred times slower than a file.
@settings(max_examples=10, **_UNHURRIED)
@_DRAWN
def test_any_batching_any_repeating_and_any_removing_leaves_in_a_table_what_the_fake_holds(
    batches: list[list[Interaction]], cut: int, tmp_path_factory: pytest.TempPathFactory, bench: Workbench
) -> None:
    assert_alike("dynamodb", batches, cut, Workbench(tmp_path_factory.mktemp("log"), bench.cleanup))


def assert_alike(name: str, batches: list[list[Interaction]], cut: int, bench: Workbench) -> None:
    log, fake = INTERACTION_LOGS[name](bench), INTERACTION_LOGS["fake"](bench)

    for batch in [*batches, *reversed(batches)]:
        assert log.append(batch) == fake.append(batch)
        assert trends(log) == trends(fake)
    assert log.expire(NOON - timedelta(hours=cut)) == fake.expire(NOON - timedelta(hours=cut))
    assert trends(log) == trends(fake)
    assert log.erase("bob") == fake.erase("bob")

    assert trends(log) == trends(fake)
    assert list(log.until(NOON)) == list(fake.until(NOON))
    assert log.of_user("ann") == fake.of_user("ann")


def test_a_users_interactions_come_in_pages_that_miss_and_repeat_nothing(log: InteractionLog) -> None:
    log.append([play("b"), play("a"), play("new", at=NOON + DAY), play("old", at=NOON - DAY), play("x", user="bob")])

    pages = [log.page_of("ann", limit=2)]
    while pages[-1]:
        pages.append(log.page_of("ann", limit=2, after=pages[-1][-1]))

    assert [[act.interaction_id for act in page] for page in pages] == [["new", "a"], ["b", "old"], []]
    assert (log.count_of("ann"), log.count_of("bob"), log.count_of("nobody")) == (4, 1, 0)


def test_the_first_public_interaction_is_the_oldest_that_is_not_private(log: InteractionLog) -> None:
    log.append([play("new"), play("old", at=NOON - DAY), play("private", at=NOON - 2 * DAY, private=True)])

    assert (log.first_public("ann"), log.first_public("bob")) == (NOON - DAY, None)


def test_interactions_are_removed_by_themselves_with_what_counts_them(log: InteractionLog) -> None:
    stay, go = play("stay", track_id="t"), play("go", track_id="t", at=NOON - timedelta(minutes=1))
    log.append([stay, go, play("only", track_id="u"), play("x", user="bob", track_id="t")])

    removed = log.remove([replace(go, track_id="told otherwise"), play("only", track_id="u"), play("never", track_id="t")])

    assert (removed, [act.interaction_id for act in log.of_user("ann")]) == (2, ["stay"])
    assert trends(log) == [("t", 2.0, 2)]
    assert (log.count(), log.count_of("ann")) == (2, 1)
    assert log.append([go]) == [go]


def test_somebody_elses_interaction_of_the_same_id_is_not_removed(log: InteractionLog) -> None:
    log.append([play("i", user="bob")])

    assert log.remove([play("i", user="ann")]) == 0
    assert log.count_of("bob") == 1
