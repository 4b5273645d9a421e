"""A refit shows all of the new version or all of the old one; each ear turns what it hears by an angle of its own."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from embeddings.audio.statistics import version_of
from embeddings.spaces import Space
from recommender.errors import Conflict, InvalidInput, NotFound, Unavailable
from recommender.filters import Filters, Where
from recommender.intake.placing import Placing
from recommender.intake.refit import Refit
from recommender.ports.index import Point, Vector
from recommender.serving import Serving
from tests.fakes.embedders import FakeHearer, statistics_of
from tests.fakes.index import FakeIndex
from tests.fakes.stores import FakeServingStore
from tests.recommender.engine import EAR, NOW, Engine, act, angle_of
from tests.recommender.failing import Failing

SOUNDS = {"a": 0, "b": 10, "c": 40}
V1 = {"a": 0, "b": 10, "c": 40}
V2 = {"a": 90, "b": 100, "c": 130}


def library(index: FakeIndex | None = None) -> Engine:
    """Return three tracks as ``ear-1`` hears them; ``ear-2`` turns by a right angle, ``ear-3`` by half a turn."""
    engine = Engine(index=index)
    for track_id, degrees in SOUNDS.items():
        engine.add(track_id, degrees, read=True)
    engine.extractors.keep("ear-2", statistics_of(90))
    engine.extractors.keep("ear-3", statistics_of(180))
    return engine


def refit_of(engine: Engine, hearer: FakeHearer | None = None) -> Refit:
    return Refit(engine.catalog, engine.index, engine.serving, engine.extractors, hearer or FakeHearer(EAR))


def answering(engine: Engine) -> dict[str, int]:
    """Return each track's angle in the slot that answers."""
    slot = engine.serving.get().audio_slot
    points = engine.index.scroll(where=Where(), limit=100, slots=[slot]).points
    return {point.track_id: round(angle_of(point.vectors[slot])) % 360 for point in points if slot in point.vectors}


def test_all_tracks_answer_in_the_new_version_and_say_so() -> None:
    engine = library()

    serving = refit_of(engine).serve("ear-2")

    assert (serving.audio_slot, serving.audio_version, serving.next_audio) == ("audio_b", "ear-2", None)
    assert engine.serving.get() == serving
    assert answering(engine) == V2
    assert {track.versions["audio"] for track in engine.catalog.tracks.values()} == {"ear-2"}
    assert {point.payload["audio_version"] for point in engine.index.fetch(list(SOUNDS)).values()} == {"ear-2"}
    assert "text" in engine.index.fetch(["a"], slots=["text"])["a"].vectors


def test_the_slot_that_served_before_takes_the_next_version() -> None:
    engine = library()
    refit_of(engine).serve("ear-2")

    serving = refit_of(engine).serve(EAR)

    assert (serving.audio_slot, serving.audio_version) == ("audio_a", EAR)
    assert answering(engine) == V1


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(NotFound, match="ear-9"):
        refit_of(library()).serve("ear-9")


def test_what_is_heard_after_a_refit_is_placed_in_the_new_version() -> None:
    engine = library()
    refit_of(engine).serve("ear-2")

    track = engine.ingest().hear(engine.send(b"wav:60", track_id="late"), now=NOW)

    assert track is not None
    assert track.versions["audio"] == "ear-2"
    assert answering(engine) == {**V2, "late": 150}


def test_a_track_whose_raw_values_are_of_another_recipe_has_no_vector_of_the_new_version() -> None:
    engine = library()
    engine.catalog.put_raw("c", recipe="former", raw=b"not readable any more")

    refit_of(engine).serve("ear-2")

    assert answering(engine) == {"a": 90, "b": 100}
    assert engine.catalogue.track("c").versions.keys() == {"text"}


def test_tastes_and_pages_follow_on_the_next_request() -> None:
    engine = library()
    engine.listen(act("a", days_ago=0))

    refit_of(engine).serve("ear-2")
    page = engine.ask()

    taste = engine.taste_store.get("ann")
    assert taste is not None
    assert taste.spaces["audio"].version == "ear-2"
    assert round(angle_of(taste.spaces["audio"].modes[0].vector)) == 90
    assert {item.track.track_id for item in page.items} == {"b", "c"}
    similar = engine.similar.to("a", space=Space.AUDIO, filters=Filters(), limit=1)
    assert [found.track.track_id for found in similar] == ["b"]


class FailingAtTheDisk(Failing):
    """Fail at the last step as well, where what was written goes to the disk."""

    def flush(self) -> None:
        self._count()


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_a_crash_at_any_moment_leaves_the_old_version_serving_and_the_next_try_makes_it_whole(writes: int) -> None:
    index = FailingAtTheDisk()
    engine = library(index)
    index.left = writes
    with pytest.raises(Unavailable):
        refit_of(engine).serve("ear-2")
    index.left = 10**9
    after_the_crash = answering(engine)
    engine.ingest().hear(engine.send(b"wav:60", track_id="late"), now=NOW)

    refit_of(engine).serve("ear-3")

    assert after_the_crash == V1
    assert answering(engine) == {"a": 180, "b": 190, "c": 220, "late": 240}


def test_a_crash_before_all_tracks_say_so_is_mended_by_the_next_try() -> None:
    class Torn(FakeIndex):
        torn = True

        def set_payload(self, changes: Mapping[str, Mapping[str, object]]) -> None:
            if self.torn:
                raise Unavailable("the index went away")
            super().set_payload(changes)  # type: ignore[arg-type]  # the port's payload

    index = Torn()
    engine = library(index)
    with pytest.raises(Unavailable):
        refit_of(engine).serve("ear-2")
    shown = answering(engine)
    index.torn = False

    refit_of(engine).serve("ear-2")

    assert shown == V2
    assert {track.versions["audio"] for track in engine.catalog.tracks.values()} == {"ear-2"}


class Busy(FakeIndex):
    """Do something after one of the writes to slots: the first clears, the second writes, the third flushes."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after
        self.act = lambda: None

    def clear_slot(self, slot: str) -> None:
        super().clear_slot(slot)
        self._count()

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        super().set_vectors(slot, vectors)
        self._count()

    def flush(self) -> None:
        self._count()

    def _count(self) -> None:
        self.after -= 1
        if self.after == 0:
            self.act()


@pytest.mark.parametrize("after", [1, 2, 3])
def test_what_is_heard_and_read_while_a_version_is_written_is_in_it(after: int) -> None:
    index = Busy(after)
    engine = library(index)

    def meanwhile() -> None:
        engine.ingest().hear(engine.send(b"wav:60", track_id="late"), now=NOW)
        engine.ingest().read(["a"])

    index.act = meanwhile

    refit_of(engine).serve("ear-2")

    assert answering(engine) == {**V2, "late": 150}
    assert {track.versions["audio"] for track in engine.catalog.tracks.values()} == {"ear-2"}


def test_a_hearing_that_a_whole_refit_overtakes_ends_in_the_new_version() -> None:
    class Overtaken(FakeIndex):
        overtaking = False

        def upsert(self, points: Sequence[Point]) -> None:
            if self.overtaking:
                self.overtaking = False
                refit_of(engine).serve("ear-2")
            super().upsert(points)

    index = Overtaken()
    engine = library(index)
    index.overtaking = True

    track = engine.ingest().hear(engine.send(b"wav:60", track_id="late"), now=NOW)

    assert track is not None
    assert track.versions["audio"] == "ear-2"
    assert answering(engine) == {**V2, "late": 150}


@pytest.mark.parametrize("after", [1, 2, 3])
def test_of_two_refits_at_once_one_gives_way_and_no_version_is_mixed_with_another(after: int) -> None:
    index = Busy(after)
    engine = library(index)
    index.act = lambda: refit_of(engine).serve("ear-3")

    with pytest.raises(Conflict):
        refit_of(engine).serve("ear-2")

    assert engine.serving.get().audio_version == "ear-3"
    assert answering(engine) == {"a": 180, "b": 190, "c": 220}


def test_a_refit_learns_from_the_catalogue_keeps_the_statistics_and_serves_them() -> None:
    engine = Engine()
    rng = np.random.default_rng(0)
    for number in range(60):
        engine.add(f"track {number}", number)
        engine.catalog.put_raw(f"track {number}", recipe=engine.extractors.recipe, raw=rng.normal(size=1472).astype("<f4").tobytes())

    version = refit_of(engine).run(now=NOW)

    serving, statistics = engine.serving.get(), engine.extractors.statistics(version)
    assert (serving.audio_version, serving.audio_slot) == (version, "audio_b")
    assert statistics is not None
    assert statistics.note == '{"date": "2026-06-01", "music": "the served catalogue", "tracks": 60}'
    raws = engine.catalog.raws_of(["track 7"])
    expected = engine.extractors.project(version, raws)["track 7"]
    stored = engine.index.fetch(["track 7"], slots=["audio_b"])["track 7"].vectors["audio_b"]
    assert stored == pytest.approx(expected, abs=1e-6)


def test_too_small_a_catalogue_is_refused_with_its_size() -> None:
    engine = library()

    with pytest.raises(InvalidInput, match="3 tracks"):
        refit_of(engine).run(now=NOW)

    assert answering(engine) == V1


def test_a_library_moves_to_the_statistics_that_are_configured() -> None:
    engine = library()

    version = refit_of(engine, FakeHearer("ear-new", turned=-20)).adopt()

    assert version == engine.serving.get().audio_version == "ear-new"
    assert answering(engine) == {"a": 340, "b": 350, "c": 20}


def test_statistics_are_kept_once_and_known_by_their_content() -> None:
    engine = library()
    content = statistics_of(45)

    engine.extractors.keep(version_of(content), content)
    engine.extractors.keep(version_of(content), b"other")

    assert engine.extractors.statistics(version_of(content)) is not None


def test_the_first_hearing_of_an_empty_library_keeps_its_statistics() -> None:
    engine = Engine(serving=Serving())

    engine.ingest(hearer=FakeHearer("ear-7", turned=30)).hear(engine.send(b"wav:10"), now=NOW)

    assert engine.serving.get().audio_version == "ear-7"
    assert engine.extractors.statistics("ear-7") is not None
    assert answering(engine) == {"t1": 40}


def test_a_hearing_that_is_overtaken_over_and_over_is_to_be_tried_again() -> None:
    class Restless(FakeServingStore):
        def get(self) -> Serving:
            self.turns = getattr(self, "turns", 0) + 1
            return Serving(audio_version=f"ear-{self.turns}", text_version="words-1", revision=self.turns)

    engine = library()
    placing = Placing(engine.catalog, engine.index, Restless(), engine.models, engine.extractors)

    with pytest.raises(Unavailable) as raised:
        placing.place([engine.catalogue.track("a")], {})

    assert raised.value.code == "contended"
