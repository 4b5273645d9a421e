"""Tastes are renewed from the whole log, against other writers and after every switch of what is served."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import Conflict, Unavailable
from recommender.interactions import Interaction, Kind
from recommender.tastes.taste import Taste
from tests.fakes.stores import FakeTasteStore
from tests.recommender.engine import EAR, NOW, Engine, act, angle_of

HISTORY = [
    act("rock", days_ago=1),
    act("rock", Kind.LIKE, days_ago=2),
    act("jazz", days_ago=3, share=0.6),
    act("jazz", days_ago=4),
    act("noise", Kind.SKIP, days_ago=5),
    act("noise", Kind.BAN, days_ago=6),
]


class Contended(FakeTasteStore):
    """Another writer is faster a number of times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def put(self, taste: Taste) -> Taste:
        if self.left:
            self.left -= 1
            super().put(replace(taste, plays=0, spaces={}))
            raise Conflict("somebody was faster")
        return super().put(taste)


def library(store: FakeTasteStore | None = None) -> Engine:
    engine = Engine(taste_store=store)
    for track_id, degrees in {"rock": 0, "jazz": 90, "noise": 180}.items():
        engine.add(track_id, degrees)
    return engine


def held(taste: Taste | None) -> tuple[object, ...]:
    assert taste is not None
    vectors = [mode.vector.tobytes() for space in taste.spaces.values() for mode in space.modes]
    return vectors, dict(taste.heard), dict(taste.banned), dict(taste.artists), taste.plays


@settings(deadline=None, max_examples=50)
@given(st.permutations(HISTORY), st.sets(st.integers(1, len(HISTORY) - 1)))
def test_however_a_log_is_cut_into_batches_the_taste_is_the_same(acts: list[Interaction], cuts: set[int]) -> None:
    whole, in_parts = library(), library()
    whole.listen(*HISTORY)

    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(acts)], strict=True):
        in_parts.listen(*acts[start:end])

    assert held(in_parts.taste_store.get("ann")) == held(whole.taste_store.get("ann"))


def test_a_writer_that_was_too_slow_reads_again_and_writes_what_the_whole_log_says() -> None:
    engine = library(Contended(3))
    engine.listen(*HISTORY)

    taste = engine.taste_store.get("ann")

    assert taste is not None
    assert (taste.plays, taste.revision) == (len(HISTORY), 4)


def test_a_taste_that_is_always_written_by_others_is_to_be_tried_later() -> None:
    engine = library(Contended(1000))

    with pytest.raises(Unavailable) as raised:
        engine.listen(act("rock"))

    assert raised.value.code == "contended"
    assert engine.log.count() == 1


def test_a_user_of_whom_nothing_is_known_has_no_taste_to_renew() -> None:
    engine = library()

    assert engine.tastes.current("nobody", engine.serving.get(), now=NOW) is None
    assert engine.taste_store.get("nobody") is None


def test_a_taste_in_the_served_versions_is_left_as_it_is() -> None:
    engine = library()
    engine.listen(act("rock"))

    current = engine.tastes.current("ann", engine.serving.get(), now=NOW)

    assert current is engine.taste_store.get("ann")
    assert current.revision == 1


def test_a_taste_made_for_another_audio_version_is_made_anew_in_the_served_one() -> None:
    engine = library()
    engine.listen(act("rock"))
    engine.index.set_vectors("audio_b", {"rock": engine.index.fetch(["jazz"], slots=["audio_a"])["jazz"].vectors["audio_a"]})
    serving = engine.serving.put(replace(engine.serving.get(), audio_slot="audio_b", audio_version="ear-2"))

    current = engine.tastes.current("ann", serving, now=NOW)

    assert current is not None
    assert current.spaces["audio"].version == "ear-2" != EAR
    assert angle_of(current.spaces["audio"].modes[0].vector) == pytest.approx(90, abs=0.1)


def test_a_ban_holds_however_much_was_heard_since() -> None:
    engine = Engine()
    for number in range(4):
        engine.add(f"t{number}", number)
    engine.log.append([act("t0", Kind.BAN, days_ago=30)])
    engine.log.append([act(f"t{1 + number % 3}", days_ago=20 - number / 100) for number in range(1100)])

    taste = engine.tastes.renew("ann", now=NOW)

    assert taste.banned == {"t0": None}
