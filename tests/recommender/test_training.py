"""Training on listening that one can see: twelve play only rock, twelve only jazz."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from embeddings.spaces import Space
from recommender.errors import InvalidInput
from recommender.filters import Filters
from recommender.interactions import Interaction
from recommender.models import Models
from recommender.training.progress import STEPS
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.versions import publish

ROCK, JAZZ = ([f"{genre}{number:02}" for number in range(16)] for genre in ("rock", "jazz"))


def block_listening(*, at_once: bool = False) -> list[Interaction]:
    """Each plays eight tracks of their genre, a day apart, everybody starting elsewhere."""
    return [
        act(tracks[(number + step) % 16], user=f"{tracks[0][:4]} fan {number:02}", days_ago=1 if at_once else 20 - step)
        for tracks in (ROCK, JAZZ)
        for number in range(12)
        for step in range(8)
    ]


def library(engine: Engine | None = None) -> Engine:
    engine = engine or Engine()
    for number in range(16):
        engine.add(ROCK[number], number, artists=(f"Rocker {number % 4}",))
        engine.add(JAZZ[number], 90 + number, artists=(f"Jazzer {number % 4}",))
    engine.add("unheard rock", 5.5, artists=("Rocker 1",))
    return engine


@cache
def trained() -> Engine:
    """An engine after one training; tests only look at it."""
    engine = library()
    engine.log.append(block_listening())
    engine.training.run(now=NOW)
    return engine


def test_a_version_that_beats_popularity_is_published_and_serves() -> None:
    engine = trained()

    (manifest,) = engine.models.manifests()
    assert manifest.published
    assert (manifest.users, manifest.tracks, manifest.interactions) == (24, 32, 192)
    assert manifest.metrics["ndcg@20"] > manifest.metrics["popularity_ndcg@20"]
    assert engine.serving.get().collab_version == manifest.version


def test_tracks_that_the_same_people_play_are_alike() -> None:
    found = trained().similar.to("rock00", space=Space.COLLAB, filters=Filters(), limit=6)

    assert {scored.track.track_id[:4] for scored in found} <= {"rock", "unhe"}


def test_a_track_that_nobody_played_is_predicted_among_its_like() -> None:
    found = trained().similar.to("unheard rock", space=Space.COLLAB, filters=Filters(), limit=6)

    assert {scored.track.track_id for scored in found} <= set(ROCK)


def test_every_track_has_a_finite_vector_in_the_slot_that_serves() -> None:
    engine = trained()
    slot = engine.serving.get().collab_slot

    points = engine.index.fetch([*ROCK, *JAZZ, "unheard rock"], slots=[slot])

    assert all(np.isfinite(point.vectors[slot]).all() and point.vectors[slot].any() for point in points.values())


def test_a_newcomer_who_plays_one_rock_track_is_brought_rock() -> None:
    engine = library()
    engine.log.append(block_listening())
    engine.training.run(now=NOW)
    engine.listen(act("rock00", user="newcomer", days_ago=0))

    (item,) = engine.ask("newcomer", limit=1, adventure=0).items

    assert item.track.track_id in {*ROCK, "unheard rock"}
    assert "collab" in item.candidate.parts


def test_the_same_log_trains_the_same_version() -> None:
    engine = library()
    engine.log.append(block_listening()[::-1])

    manifest = engine.training.run(now=NOW)

    assert manifest.version == trained().models.manifests()[0].version


def test_too_little_listening_is_said_with_its_figures() -> None:
    engine = library()
    engine.log.append([act("rock00"), act("jazz00", user="ben")])

    with pytest.raises(InvalidInput, match="2 users and 2 tracks") as raised:
        engine.training.run(now=NOW)

    assert raised.value.code == "too_little_listening"
    assert engine.models.manifests() == []


def test_listening_of_one_moment_cannot_be_judged_so_nothing_is_swapped_in() -> None:
    engine = library()
    engine.log.append(block_listening(at_once=True))

    manifest = engine.training.run(now=NOW)

    assert not manifest.published
    assert "one moment" in str(manifest.refusal)
    assert engine.models.manifests() == [manifest]
    assert engine.serving.get().collab_version is None


def test_private_listening_teaches_nothing() -> None:
    engine = library()
    engine.log.append(block_listening())
    engine.log.append([act("rock00", user=f"secret {number}", days_ago=number, private=True) for number in range(20)])

    assert engine.training.run(now=NOW).users == 24


def test_the_latest_five_versions_are_kept_and_whichever_serves_or_may_return() -> None:
    engine = library()
    engine.log.append(block_listening())
    for number in range(8):
        publish(engine.models, f"old{number}", {"rock00": 0}, days_ago=10 - number)
    engine.swap.serve("old0")
    engine.swap.serve("old1")

    manifest = engine.training.run(now=NOW)

    kept = [one.version for one in engine.models.manifests()]
    assert kept == [manifest.version, "old7", "old6", "old5", "old4", "old1"]
    assert engine.serving.get().former_collab == "old1"


def test_how_many_versions_are_kept_is_a_setting() -> None:
    engine = library()
    engine.log.append(block_listening())
    for number in range(4):
        publish(engine.models, f"old{number}", {"rock00": 0}, days_ago=10 - number)

    manifest = replace(engine.training, kept=2).run(now=NOW)

    assert [one.version for one in engine.models.manifests()] == [manifest.version, "old3"]


def test_without_new_listening_the_same_again_is_refused_and_the_old_version_serves_on() -> None:
    engine = library()
    engine.log.append(block_listening())
    first = engine.training.run(now=NOW)

    again = engine.training.run(now=NOW + timedelta(days=1))

    assert again.refusal is not None
    assert again.refusal.startswith("nothing has changed in the log since the serving version was trained")
    assert again.metrics["ndcg@20"] == again.metrics["serving_ndcg@20"]
    assert engine.serving.get().collab_version == first.version


def test_a_serving_version_that_heard_the_last_part_is_stood_for_by_its_recipe() -> None:
    engine = library()
    engine.log.append(block_listening())
    engine.training.run(now=NOW)
    engine.log.append([act(ROCK[15], user="rock fan 00", days_ago=0)])

    fresh = engine.training.run(now=NOW + timedelta(days=1))

    assert fresh.published
    assert "fitted to the same past" in str(fresh.compared_with)


def test_a_serving_version_is_judged_itself_on_what_was_played_since_it_was_trained() -> None:
    engine = library()
    engine.log.append(block_listening())
    first = engine.training.run(now=NOW)
    engine.log.append(later_listening())

    since = engine.training.run(now=NOW + timedelta(days=3))

    assert since.compared_with == f"the serving version {first.version} itself"
    assert "serving_ndcg@20" in since.metrics


def test_after_an_erasure_a_training_retires_what_the_erased_user_taught() -> None:
    engine = library()
    engine.log.append(block_listening())
    first = engine.training.run(now=NOW)
    engine.erase("rock fan 00")

    second = engine.training.run(now=NOW + timedelta(days=1))

    assert second.published
    assert (first.users, second.users) == (24, 23)


def test_factors_are_replaced_at_once_after_an_erasure_though_no_better() -> None:
    engine = library()
    engine.log.append(block_listening())
    first = engine.training.run(now=NOW)
    receipt = engine.erase("rock fan 00", now=NOW + timedelta(minutes=1), retrain=True)

    second = engine.replacing.run(now=NOW + timedelta(minutes=2))

    assert [version.version for version in receipt.versions] == [first.version]
    assert (second.published, second.users) == (True, 23)
    assert [manifest.version for manifest in engine.models.manifests()] == [second.version]
    assert engine.serving.get().collab_version == second.version
    assert engine.ask("jazz fan 01").items


def test_a_manifest_says_what_the_version_was_made_from() -> None:
    (manifest,) = trained().models.manifests()

    assert (manifest.window_from, manifest.window_to) == (NOW - timedelta(days=20), NOW - timedelta(days=13))
    assert (manifest.told, manifest.interactions) == (192, 192)
    assert {"python", "numpy", "scipy"} <= manifest.environment.keys()
    assert set(manifest.hashes) >= {"vectors.npz", "folding.npz", "cold.npz", "report.html"}
    assert manifest.parameters["dim"] >= manifest.dim


def test_a_listener_who_plays_all_day_counts_with_the_latest_thousand_acts() -> None:
    engine = library()
    engine.log.append(block_listening())
    machine = [replace(act("rock00", user="machine", days_ago=30 - number / 100), interaction_id=f"m{number}") for number in range(1500)]
    engine.log.append(machine)

    manifest = engine.training.run(now=NOW)

    assert (manifest.told, manifest.interactions) == (1692, 1192)


def test_progress_tells_every_step_in_its_order() -> None:
    engine = library()
    engine.log.append(block_listening())
    told: list[str] = []

    engine.training.run(now=NOW, progress=lambda progress: told.append(progress.step))

    assert tuple(told) == STEPS


def test_a_damaged_serving_version_does_not_stand_in_the_way_of_the_next() -> None:
    engine = library()
    engine.log.append(block_listening())
    first = engine.training.run(now=NOW)
    engine.objects.files[f"models/{first.version}/folding.npz"] = b"rotten"
    afresh = replace(engine.training, models=Models(engine.objects))

    second = afresh.run(now=NOW + timedelta(days=1))

    assert second.published


def later_listening() -> list[Interaction]:
    """A quarter of the acts again, two days later, each on the track eight places on."""
    told = [replace(one, interaction_id=f"later {one.interaction_id}", at=NOW + timedelta(days=2)) for one in block_listening()[::4]]
    return [replace(one, track_id=f"{one.track_id[:4]}{(int(one.track_id[4:]) + 8) % 16:02}") for one in told]
