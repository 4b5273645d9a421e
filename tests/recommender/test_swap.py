"""A swap shows all of the new version or all of the old one; the mark in a vector tells which version it is of."""

from collections.abc import Sequence

import pytest

from recommender.errors import Conflict, InvalidInput, NotFound, Unavailable
from recommender.filters import Where
from recommender.ports.index import Page, Point
from tests.fakes.index import FakeIndex
from tests.recommender.engine import NOW, act, angle_of, at_angle
from tests.recommender.failing import Failing
from tests.recommender.versions import ANGLES, V1, V2, publish, served, swappable


def test_the_first_version_serves_trained_vectors_and_predicts_the_rest() -> None:
    engine = swappable()

    serving = engine.swap.serve("v1")

    assert (serving.collab_version, serving.former_collab) == ("v1", None)
    assert engine.serving.get() == serving
    assert served(engine) == V1


def test_a_second_version_replaces_all_of_the_first() -> None:
    engine = swappable()
    engine.swap.serve("v1")

    serving = engine.swap.serve("v2")

    assert (serving.collab_version, serving.former_collab, serving.idle_collab) == ("v2", "v1", "v1")
    assert served(engine) == V2


def test_serving_what_is_served_changes_nothing() -> None:
    engine = swappable()
    first = engine.swap.serve("v1")

    assert engine.swap.serve("v1") == first


def test_a_rollback_brings_the_former_version_back_and_another_one_the_later() -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.swap.serve("v2")

    engine.swap.rollback()
    after_one = served(engine)
    engine.swap.rollback()

    assert after_one == V1
    assert served(engine) == V2


def test_a_rollback_predicts_what_came_in_meanwhile() -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.swap.serve("v2")
    engine.add("late", 60)

    engine.swap.rollback()

    assert served(engine) == {**V1, "late": (60, 1.0)}


def test_without_a_former_version_there_is_nothing_to_roll_back_to() -> None:
    engine = swappable()
    engine.swap.serve("v1")

    with pytest.raises(Conflict) as raised:
        engine.swap.rollback()

    assert raised.value.code == "nothing_to_roll_back_to"


def test_a_version_that_did_not_pass_its_gate_never_serves() -> None:
    engine = swappable()
    publish(engine.models, "bad", ANGLES, refusal="worse than popularity")

    with pytest.raises(InvalidInput, match="worse than popularity"):
        engine.swap.serve("bad")

    assert engine.serving.get().collab_version is None


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(NotFound, match="v9"):
        swappable().swap.serve("v9")


def test_a_track_that_nobody_played_in_training_is_predicted() -> None:
    engine = swappable()
    engine.add("unplayed", 45)
    publish(engine.models, "v3", {**ANGLES, "unplayed": 0}, unplayed=frozenset({"unplayed"}))

    engine.swap.serve("v3")

    assert served(engine)["unplayed"] == (45, 1.0)


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_crash_at_any_moment_leaves_the_old_version_serving_and_the_next_try_makes_it_whole(writes: int) -> None:
    index = Failing()
    engine = swappable(index)
    before = engine.swap.serve("v1")
    index.left = writes
    with pytest.raises(Unavailable):
        engine.swap.serve("v2")
    index.left = 10**9
    after_the_crash = engine.serving.get()
    shown_after_the_crash = served(engine)

    engine.swap.serve("v2")

    assert (after_the_crash.collab_slot, after_the_crash.collab_version) == (before.collab_slot, "v1")
    assert shown_after_the_crash == V1
    assert served(engine) == V2


def test_a_half_written_slot_is_never_rolled_back_to() -> None:
    index = Failing()
    engine = swappable(index)
    engine.swap.serve("v1")
    engine.swap.serve("v2")
    publish(engine.models, "v3", ANGLES, mark=3)
    index.left = 1
    with pytest.raises(Unavailable):
        engine.swap.serve("v3")
    index.left = 10**9

    engine.swap.rollback()

    assert served(engine) == V1


def test_a_track_that_comes_in_while_the_slot_is_written_is_predicted_too() -> None:
    class Growing(FakeIndex):
        grown = False

        def scroll(self, *, where: Where, limit: int, after: str | None = None, slots: Sequence[str] = ()) -> Page:
            page = super().scroll(where=where, limit=limit, after=after, slots=slots)
            if not self.grown:
                self.grown = True
                self.upsert([Point("late", {"audio_a": at_angle(60)}, {"popularity": 1.0})])
            return page

    engine = swappable(Growing())

    engine.swap.serve("v1")

    assert served(engine)["late"] == (60, 1.0)


def test_a_library_of_several_pages_is_written_to_its_end() -> None:
    engine = swappable()
    engine.index.upsert([Point(f"more {number}", {"audio_a": at_angle(60)}, {"popularity": 1.0}) for number in range(1100)])

    engine.swap.serve("v1")

    assert len(served(engine, limit=2000)) == 1103


def test_tastes_follow_a_swap_on_the_next_request() -> None:
    engine = swappable()
    engine.listen(act("rock"))
    engine.swap.serve("v1")
    engine.ask()
    first = engine.taste_store.get("ann")

    engine.swap.serve("v2")
    engine.ask()

    second = engine.taste_store.get("ann")
    assert first is not None
    assert second is not None
    assert (first.spaces["collab"].version, second.spaces["collab"].version) == ("v1", "v2")
    assert round(angle_of(first.spaces["collab"].modes[0].vector)) == 45
    assert round(abs(angle_of(second.spaces["collab"].modes[0].vector))) == 180


def test_a_taste_without_a_known_track_is_not_made_anew_on_every_request() -> None:
    engine = swappable()
    engine.listen(act("gone"))
    engine.swap.serve("v1")
    engine.ask()
    first = engine.taste_store.get("ann")

    engine.ask()

    assert first is not None
    assert engine.taste_store.get("ann") is first
    assert (first.made_for_collab, first.updated_at) == ("v1", NOW)


def test_a_track_that_comes_in_after_the_swap_is_predicted_at_once() -> None:
    engine = swappable()
    engine.swap.serve("v1")

    engine.ingest().hear(engine.send(b"flac:60", track_id="late"), now=NOW)

    assert served(engine)["late"] == (60, 1.0)


def test_collaborative_taste_brings_what_similar_people_play() -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.listen(act("rock", days_ago=0))

    page = engine.ask(limit=1, adventure=0)

    (item,) = page.items
    assert item.track.track_id == "new"
    assert "collab" in item.candidate.parts
