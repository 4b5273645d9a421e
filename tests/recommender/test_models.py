"""A model version is whole once its manifest is there, and stays as it was published."""

import numpy as np
import pytest

from recommender.errors import NotFound
from recommender.models import Models, features_of
from recommender.serving import Serving
from tests.fakes.objects import FakeObjects
from tests.recommender.engine import EAR, NOW, Engine, angle_of, at_angle
from tests.recommender.versions import publish


def test_a_published_version_comes_back_as_it_was_told() -> None:
    models = Models(FakeObjects())

    manifest = publish(models, "v1", {"rock": 0, "jazz": 90})

    assert models.manifest("v1") == manifest
    names, vectors = models.vectors("v1")
    assert names == ["rock", "jazz"]
    np.testing.assert_allclose(vectors, [[1, 0, 1], [0, 1, 1]], atol=1e-6)


def test_versions_are_listed_newest_first() -> None:
    models = Models(FakeObjects())
    for version, days_ago in [("middle", 2), ("new", 1), ("old", 3)]:
        publish(models, version, {}, days_ago=days_ago)

    assert [manifest.version for manifest in models.manifests()] == ["new", "middle", "old"]


def test_a_version_whose_manifest_was_never_written_does_not_exist() -> None:
    objects = FakeObjects()
    publish(Models(objects), "v1", {"rock": 0})
    objects.delete("models/v1/manifest.json")

    models = Models(objects)

    assert models.manifests() == []
    with pytest.raises(NotFound, match="v1"):
        models.manifest("v1")


def test_another_process_reads_the_same_version() -> None:
    objects = FakeObjects()
    publish(Models(objects), "v1", {"rock": 0})

    folding = Models(objects).folding("v1")

    assert folding is not None
    assert angle_of(folding.fold(np.array([[0, 1, 1]], np.float32), np.array([1.0]))) == pytest.approx(90)


def test_what_was_read_once_needs_no_second_reading() -> None:
    objects = FakeObjects()
    models = Models(objects)
    publish(models, "v1", {"rock": 0})
    folding, predictor = models.folding("v1"), models.predictor("v1")

    objects.files.clear()

    assert models.folding("v1") is folding
    assert models.predictor("v1") is predictor


def test_a_removed_version_leaves_nothing() -> None:
    objects = FakeObjects()
    models = Models(objects)
    publish(models, "v1", {"rock": 0})
    publish(models, "v10", {"rock": 0})

    models.remove("v1")

    assert [manifest.version for manifest in models.manifests()] == ["v10"]
    assert not any(key.startswith("models/v1/") for key in objects.files)


def test_where_no_version_is_served_nothing_is_folded_in_or_predicted() -> None:
    models = Models(FakeObjects())

    assert models.folding(None) is None
    assert models.predicted(Serving(), (), {}) is None


def test_a_new_track_is_predicted_from_its_sound_at_the_width_of_the_slot() -> None:
    models = Engine().models
    publish(models, "v1", {"rock": 0}, mark=7)

    predicted = models.predicted(Serving(collab_version="v1", audio_version=EAR), ("Nobody",), {"audio_a": at_angle(40)})

    assert predicted is not None
    assert predicted.shape == (128,)
    assert angle_of(predicted) == pytest.approx(40, abs=1e-3)
    assert predicted[2] == 7


def test_a_sound_of_another_version_than_the_model_learned_from_says_nothing_to_it() -> None:
    models = Engine().models
    publish(models, "v1", {"rock": 0}, mark=7)

    predicted = models.predicted(Serving(collab_version="v1", audio_version="ear-2"), ("Nobody",), {"audio_a": at_angle(40)})

    assert predicted is not None
    assert predicted[:3].tolist() == [0, 0, 7]


def test_features_are_sound_and_words_with_zeros_for_what_is_missing() -> None:
    features = features_of(None, at_angle(0, slot="text"))

    assert features.shape == (528,)
    assert (features[:144].any(), features[144]) == (False, 1.0)


def test_a_manifest_keeps_its_time_zone() -> None:
    models = Models(FakeObjects())

    publish(models, "v1", {})

    assert models.manifest("v1").trained_at == NOW
