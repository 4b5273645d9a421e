"""Trainings that keep to a budget: what they publish, what they leave out, and what stands in the manifest."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from recommender.errors import InvalidInput
from recommender.manifest import Manifest
from recommender.training.fitting import Wish
from recommender.training.ledger import ACTS_OF_A_USER, read
from recommender.training.train import Training
from recommender.training.universe import over_catalogue
from tests.recommender.engine import NOW, Engine, act
from tests.recommender.test_training import JAZZ, ROCK, block_listening, library


def private(engine: Engine, wish: Wish | None = None, *, seed: int = 0) -> Training:
    """Return the engine's training with a wish and noise that a test can have again."""
    return replace(engine.training, wish=wish, normal=np.random.default_rng(seed).standard_normal)


def listening(engine: Engine | None = None) -> Engine:
    engine = library(engine)
    engine.log.append(block_listening())
    return engine


def crowded() -> Engine:
    """Return an engine in which a hundred play rock and a hundred jazz: enough to be heard through the noise."""
    engine = library()
    engine.log.append(
        [
            act(tracks[(number + step) % 16], user=f"{tracks[0][:4]} fan {number:02}", days_ago=20 - step)
            for tracks in (ROCK, JAZZ)
            for number in range(100)
            for step in range(8)
        ]
    )
    return engine


@cache
def trained() -> tuple[Engine, Manifest]:
    """An engine after one private training; tests only look at it."""
    engine = listening()
    return engine, private(engine, Wish(8.0, 1e-3)).run(now=NOW)


def test_epsilon_delta_noise_and_clips_stand_in_the_manifest_as_it_is_stored() -> None:
    engine, manifest = trained()

    told = engine.models.manifest(manifest.version).privacy

    assert told is not None
    assert (told["epsilon"], told["delta"], told["user_norm"], told["voice_norm"]) == (8.0, 1e-3, 1.0, 1.0)
    assert told["noise_multiplier"] == pytest.approx(0.480, abs=0.001)


def test_a_training_that_promises_nothing_says_so() -> None:
    engine = listening()

    assert engine.training.run(now=NOW).privacy is None


def test_without_a_delta_it_follows_from_the_number_of_listeners() -> None:
    manifest = private(listening(), Wish(8.0)).run(now=NOW)

    assert manifest.privacy is not None
    assert manifest.privacy["delta"] == 0.01


def test_what_is_asked_of_one_training_goes_before_what_all_of_them_are() -> None:
    engine = listening()

    manifest = private(engine, Wish(8.0)).run(now=NOW, wish=Wish(2.0))

    assert manifest.privacy is not None
    assert manifest.privacy["epsilon"] == 2.0


@pytest.mark.parametrize("wish", [Wish(0.0), Wish(-1.0), Wish(float("nan")), Wish(1000.0), Wish(1.0, 0.0), Wish(1.0, 1.0)])
def test_a_silly_wish_is_refused_with_its_value(wish: Wish) -> None:
    engine = listening()

    with pytest.raises(InvalidInput, match=f"{wish.epsilon:g}|{wish.delta}") as raised:
        private(engine, wish).run(now=NOW)

    assert raised.value.code == "bad_privacy"
    assert engine.models.manifests() == []


def test_a_delta_that_lets_one_listener_be_told_whole_is_refused() -> None:
    engine = listening()

    with pytest.raises(InvalidInput, match=r"0\.05 promises nothing to 24 listeners.*below 1/24"):
        private(engine, Wish(1.0, 0.05)).run(now=NOW)


def test_the_second_private_training_tells_what_both_give_away_together() -> None:
    engine = listening()
    first = private(engine, Wish(8.0, 1e-3)).run(now=NOW)

    second = private(engine, Wish(8.0, 1e-3), seed=1).run(now=NOW.replace(year=NOW.year + 1))

    assert first.privacy is not None
    assert second.privacy is not None
    assert (first.privacy["trainings"], second.privacy["trainings"]) == (1.0, 2.0)
    assert first.privacy["epsilon_of_all"] == pytest.approx(8.0)
    assert second.privacy["noise_multiplier_of_all"] == pytest.approx(first.privacy["noise_multiplier"] / np.sqrt(2.0))
    assert 8.0 < second.privacy["epsilon_of_all"] < 16.0


def test_a_listener_is_folded_in_and_brought_music_by_a_private_version() -> None:
    engine = crowded()
    manifest = private(engine, Wish(8.0)).run(now=NOW)
    engine.listen(act("rock00", user="newcomer", days_ago=0))

    items = engine.ask("newcomer", limit=5, adventure=0).items

    assert manifest.published
    assert any("collab" in item.candidate.parts for item in items)


def test_all_tracks_of_the_catalogue_have_a_vector_and_none_that_is_gone() -> None:
    engine = listening()
    engine.log.append([act("long gone", user=f"fan {number}", days_ago=3) for number in range(12)])

    manifest = private(engine, Wish(8.0, 1e-3)).run(now=NOW)

    track_ids, vectors = engine.models.vectors(manifest.version)
    assert track_ids == sorted([*ROCK, *JAZZ, "unheard rock"])
    assert vectors.any(axis=1).all()


def test_no_crowds_no_samples_and_no_segments_are_told() -> None:
    engine, manifest = trained()

    page = engine.models.report(manifest.version)

    assert engine.models.crowds(manifest.version) is None
    assert "What changes for" not in page
    assert "For whom" not in page
    assert "What it gives away" in page
    assert "noise multiplier" in page


def test_nothing_is_chosen_by_the_listening() -> None:
    _, some = trained()
    engine = library()
    engine.log.append([replace(one, user=f"another {one.user}", interaction_id=f"2 {one.interaction_id}") for one in block_listening()] * 2)

    other = private(engine, Wish(1.0, 1e-3)).run(now=NOW)

    assert some.parameters == other.parameters


def test_a_private_version_need_not_beat_one_that_promises_nothing() -> None:
    engine = crowded()
    plain = engine.training.run(now=NOW)

    manifest = private(engine, Wish(8.0)).run(now=NOW.replace(year=NOW.year + 1))

    assert plain.published
    assert manifest.compared_with is None
    assert engine.serving.get().collab_version == manifest.version


def test_the_ledger_over_the_catalogue_knows_what_nobody_played_and_drops_what_is_gone() -> None:
    engine = library()
    ledger = read([act("rock00"), act("gone", user="ben"), act("jazz00", user="ben")])

    wide = over_catalogue(ledger, engine.catalog)

    assert wide.tracks == tuple(sorted([*ROCK, *JAZZ, "unheard rock"]))
    assert sorted(wide.tracks[at] for at in wide.rows["track"]) == ["jazz00", "rock00"]


def test_in_every_training_a_user_counts_with_the_latest_thousand_acts_at_most() -> None:
    engine = listening()
    engine.log.append([act(ROCK[number % 16], user="bot", days_ago=10 + number / 1000) for number in range(ACTS_OF_A_USER + 500)])

    manifest = engine.training.run(now=NOW)

    assert (manifest.told, manifest.interactions) == (192 + ACTS_OF_A_USER + 500, 192 + ACTS_OF_A_USER)


def test_the_privacy_of_a_version_survives_the_manifests_json() -> None:
    _, manifest = trained()

    assert json.loads(manifest.to_json())["privacy"] == manifest.privacy
    assert Manifest.from_json(manifest.to_json(), version=manifest.version).privacy == manifest.privacy
