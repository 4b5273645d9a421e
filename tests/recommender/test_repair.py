"""Repair makes the index follow the catalogue, from what is kept beside it."""

from dataclasses import replace

import pytest

from embeddings.spaces import Space
from recommender.filters import Filters, Where
from recommender.intake.differences import Differences
from recommender.intake.repair import Repair
from recommender.ports.index import Point
from tests.recommender.engine import Engine, angle_of, at_angle
from tests.recommender.versions import SOUNDS, V1, V2, served, swappable


def repair_of(engine: Engine) -> Repair:
    return Repair(engine.catalog, engine.index, engine.serving, engine.models, engine.placing, engine.reader)


def test_a_library_in_which_both_agree_has_no_differences() -> None:
    engine = Engine()
    engine.add("heard", 10)
    engine.add("read", read=True)

    found = repair_of(engine).differences()

    assert found == Differences(tracks=2, missing=(), incomplete=(), ghosts=())
    assert found.none


def test_missing_incomplete_and_ghost_points_are_told_apart() -> None:
    engine = Engine()
    for name in ("missing", "deaf", "whole"):
        engine.add(name, 10, read=True)
    engine.index.delete(["missing"])
    engine.index.upsert([Point("deaf", {"text": engine.reader.encode(["deaf"])[0]}, {}), Point("ghost", {"audio_a": at_angle(5)}, {})])

    found = repair_of(engine).differences()

    assert found == Differences(tracks=3, missing=("missing",), incomplete=("deaf",), ghosts=("ghost",))


def test_a_lost_index_is_made_again_without_hearing_anything() -> None:
    engine = Engine()
    engine.add("east", 0, genres=("dub",), read=True)
    engine.add("north", 90, read=True)
    engine.index.delete(["east", "north"])

    done = repair_of(engine).run()

    points = engine.index.fetch(["east", "north"], slots=("audio_a", "text"))
    assert (done.placed, done.removed, done.unheard) == (2, 0, ())
    assert round(angle_of(points["north"].vectors["audio_a"])) == 90
    assert points["east"].payload["genres"] == ["dub"]
    assert "text" in points["east"].vectors
    assert repair_of(engine).differences().none


def test_a_ghost_is_in_no_answer_after_a_repair() -> None:
    engine = Engine()
    engine.add("real", 0)
    engine.index.upsert([Point("ghost", {"audio_a": at_angle(5)}, {})])

    done = repair_of(engine).run()

    assert done.removed == 1
    assert engine.index.count(Where()) == 1


def test_trained_and_predicted_vectors_come_back_from_the_version_that_serves() -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.swap.serve("v2")
    engine.index.delete(list(SOUNDS))

    repair_of(engine).run()

    assert served(engine) == V2


def test_the_version_before_is_whole_again_after_a_repair_and_a_roll_back() -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.swap.serve("v2")
    engine.index.delete(["rock"])
    repair_of(engine).run()

    engine.swap.rollback()

    assert served(engine) == V1


def test_a_track_whose_raw_values_are_gone_is_named_and_keeps_its_words() -> None:
    engine = Engine()
    engine.add("deaf", 10, read=True)
    track = engine.catalog.get("deaf")
    engine.catalog.delete("deaf")
    engine.catalog.put(replace(track, revision=0))
    engine.index.delete(["deaf"])

    done = repair_of(engine).run()

    assert done.unheard == ("deaf",)
    assert set(engine.index.fetch(["deaf"], slots=("audio_a", "text"))["deaf"].vectors) == {"text"}


def test_progress_tells_how_many_are_done() -> None:
    engine = Engine()
    engine.add("one", 10)
    engine.index.delete(["one"])
    told: list[tuple[int, int]] = []

    repair_of(engine).run(progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 1)]


def test_what_is_alike_is_alike_after_a_rebuild() -> None:
    engine = Engine()
    for number in range(8):
        engine.add(f"t{number}", 20 * number, read=True)
    before = [(one.track.track_id, one.score) for one in engine.similar.to("t0", space=Space.AUDIO, filters=Filters(), limit=5)]
    engine.index.delete([f"t{number}" for number in range(8)])

    repair_of(engine).run()

    after = [(one.track.track_id, one.score) for one in engine.similar.to("t0", space=Space.AUDIO, filters=Filters(), limit=5)]
    assert [name for name, _ in after] == [name for name, _ in before]
    assert [score for _, score in after] == pytest.approx([score for _, score in before], abs=1e-6)


def test_a_track_without_a_vector_in_any_space_is_incomplete() -> None:
    engine = Engine()
    engine.add("bare", 10, read=True)
    bare = engine.catalog.get("bare")
    assert bare is not None
    engine.catalog.put(replace(bare, versions={}))

    found = repair_of(engine).differences()
    repair_of(engine).run()

    assert found.incomplete == ("bare",)
    assert repair_of(engine).differences().none
    mended = engine.catalog.get("bare")
    assert mended is not None
    assert set(mended.versions) == {"audio", "text"}


def test_a_point_that_says_other_things_than_the_catalogue_is_stale_until_it_is_repaired() -> None:
    engine = Engine()
    engine.add("song", 10, genres=("dub",), read=True)
    engine.index.set_payload({"song": {"genres": ["polka"]}})

    found = repair_of(engine).differences()
    repair_of(engine).run()

    assert found.stale == ("song",)
    assert engine.index.fetch(["song"])["song"].payload["genres"] == ["dub"]
    assert repair_of(engine).differences().none


def test_a_track_that_lacks_the_vector_of_the_served_model_version_is_incomplete() -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.index.clear_slot(engine.serving.get().collab_slot)

    found = repair_of(engine).differences()
    repair_of(engine).run()

    assert found.incomplete == tuple(sorted(SOUNDS))
    assert served(engine) == V1
