"""Placing a track while versions are swapped never leaves a vector of one version in the slot of another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from recommender.ports.index import Point, Vector
from recommender.tracks import Track
from tests.fakes.index import FakeIndex
from tests.recommender.engine import NOW, Engine, at_angle
from tests.recommender.versions import ANGLES, V1, V2, publish, served, swappable

SAID = at_angle(10, slot="text")


class Overtaken(FakeIndex):
    """Let something happen once, between reading points and writing them."""

    between: Callable[[], object] | None = None
    after_write: Callable[[], object] | None = None

    def fetch(self, track_ids: Sequence[str], *, slots: Sequence[str] = ()) -> dict[str, Point]:
        points = super().fetch(track_ids, slots=slots)
        if self.between is not None and "collab_b" in slots:
            happens, self.between = self.between, None
            happens()
        return points

    def set_vectors(self, slot: str, vectors: Mapping[str, Vector]) -> None:
        super().set_vectors(slot, vectors)
        self._written()

    def upsert(self, points: Sequence[Point]) -> None:
        super().upsert(points)
        self._written()

    def _written(self) -> None:
        if self.after_write is not None:
            happens, self.after_write = self.after_write, None
            happens()


def library() -> tuple[Engine, Overtaken]:
    """A library that ``v1`` serves, where ``old`` lies whole in the idle slot and ``v2`` waits."""
    index = Overtaken()
    engine = swappable(index)
    publish(engine.models, "old", {"rock": 350, "jazz": 340}, mark=9, days_ago=3)
    engine.swap.serve("old")
    engine.swap.serve("v1")
    return engine, index


def again(engine: Engine, track_id: str, *, without_year: bool = False) -> None:
    """Place a track that is there already, as reading its metadata anew does."""
    track = engine.catalog.get(track_id)
    assert track is not None
    said: Track = replace(track, metadata=replace(track.metadata, year=None)) if without_year else track
    engine.placing.place([said], {track_id: SAID})


@pytest.mark.parametrize("without_year", [False, True], ids=["fields stay", "a field goes"])
def test_a_track_read_before_a_swap_and_written_after_it_answers_in_the_new_version(*, without_year: bool) -> None:
    engine, index = library()
    dated = engine.catalog.get("rock")
    assert dated is not None
    engine.placing.place([replace(dated, metadata=replace(dated.metadata, year=1999))], {})
    index.between = lambda: engine.swap.serve("v2")

    again(engine, "rock", without_year=without_year)

    angle, mark = served(engine)["rock"]
    assert mark == 2.0
    assert without_year or angle == V2["rock"][0]


def test_a_new_track_written_after_the_swap_looked_for_new_ones_is_predicted_by_the_new_version() -> None:
    engine, index = library()
    late = engine.add("late", 60)
    index.delete(["late"])
    index.between = lambda: engine.swap.serve("v2")

    engine.placing.place([late], {})

    assert served(engine)["late"] == (60, 2.0)


def test_a_trained_vector_stays_when_a_track_is_read_anew() -> None:
    engine, _ = library()

    again(engine, "rock")

    assert served(engine) == V1
    assert engine.placing.collab_of("rock") == ("v1", False)


def test_after_a_rollback_no_track_that_was_read_anew_meanwhile_is_of_another_version() -> None:
    engine, index = library()
    index.between = lambda: engine.swap.serve("v2")
    again(engine, "rock")

    engine.swap.rollback()

    assert served(engine) == V1


def test_whether_a_collaborative_vector_is_predicted_is_told_until_the_track_is_trained() -> None:
    engine, _ = library()
    engine.ingest().hear(engine.send(b"flac:60", track_id="late"), now=NOW)
    before = engine.placing.collab_of("late")
    publish(engine.models, "v3", {**ANGLES, "late": 70}, mark=3)

    engine.swap.serve("v3")

    assert (before, engine.placing.collab_of("late")) == (("v1", True), ("v3", False))
    assert engine.placing.collab_of("new") == ("v3", True)
    assert engine.placing.collab_of("nowhere") is None


def test_a_rollback_tells_again_what_the_former_version_had_only_predicted() -> None:
    engine, _ = library()
    publish(engine.models, "v3", {**ANGLES, "new": 70}, mark=3)
    engine.swap.serve("v3")
    trained = engine.placing.collab_of("new")

    engine.swap.rollback()

    assert (trained, engine.placing.collab_of("new")) == (("v3", False), ("v1", True))


def test_where_no_version_serves_no_track_has_a_collaborative_vector() -> None:
    assert swappable().placing.collab_of("rock") is None


def test_a_field_that_goes_from_the_metadata_goes_from_the_index() -> None:
    engine, index = library()
    track = engine.catalog.get("rock")
    assert track is not None
    (dated,) = engine.placing.place([replace(track, metadata=replace(track.metadata, year=1999))], {})
    with_year = index.fetch(["rock"])["rock"].payload.get("year")

    engine.placing.place([replace(dated, metadata=replace(dated.metadata, year=None))], {})

    assert (with_year, index.fetch(["rock"])["rock"].payload.get("year")) == (1999, None)
    assert served(engine) == V1
