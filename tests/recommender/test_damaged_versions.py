"""A file that is not what was published is named, and what served before serves on."""

import pytest

from recommender.errors import Conflict, NotFound, Unavailable
from recommender.models import Models
from tests.fakes.objects import FakeObjects
from tests.recommender.engine import Engine
from tests.recommender.versions import ANGLES, V1, publish, served, swappable

FILES = ("vectors.npz", "folding.npz", "cold.npz")


def flipped(content: bytes) -> bytes:
    """Return the content with one bit in its middle turned."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("file", [*FILES, "manifest.json"])
def test_one_turned_bit_in_any_file_is_found_before_anything_is_swapped(file: str) -> None:
    engine = swappable()
    engine.swap.serve("v1")
    engine.objects.files[f"models/v2/{file}"] = flipped(engine.objects.files[f"models/v2/{file}"])

    with pytest.raises(Unavailable, match=rf"v2 is damaged: its file {file}") as raised:
        engine.swap.serve("v2")

    assert raised.value.code == "damaged_version"
    assert engine.serving.get().collab_version == "v1"
    assert served(engine) == V1


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(file: str) -> None:
    engine = swappable()
    del engine.objects.files[f"models/v1/{file}"]

    with pytest.raises(Unavailable, match=f"{file} is missing"):
        engine.swap.serve("v1")

    assert engine.serving.get().collab_version is None


def test_a_damaged_manifest_is_listed_with_the_reason_beside_the_others() -> None:
    engine = swappable()
    engine.objects.files["models/v2/manifest.json"] = b"{}"

    good, bad = engine.models.manifests()

    assert (good.version, bad.version, bad.published) == ("v1", "v2", False)
    assert "manifest.json" in str(bad.refusal)


def test_a_figure_that_was_changed_in_a_manifest_is_found() -> None:
    engine = swappable()
    stored = engine.objects.files["models/v1/manifest.json"]
    engine.objects.files["models/v1/manifest.json"] = stored.replace(b"0.5", b"0.9")

    with pytest.raises(Unavailable, match="is not what was written"):
        engine.models.manifest("v1")


def test_a_version_never_changes() -> None:
    models = Engine().models
    publish(models, "v1", ANGLES)

    with pytest.raises(Conflict, match="another model version v1"):
        publish(models, "v1", ANGLES, mark=2)


def test_publishing_the_same_again_mends_a_damaged_file() -> None:
    objects = FakeObjects()
    publish(Models(objects), "v1", ANGLES)
    whole = dict(objects.files)
    objects.files["models/v1/vectors.npz"] = b"rotten"

    publish(Models(objects), "v1", ANGLES)

    assert objects.files == whole


@pytest.mark.parametrize("version", ["../secrets", "", "a/b", "v1/..", "nowhere"])
def test_a_name_that_no_version_has_is_unknown_however_it_looks(version: str) -> None:

    with pytest.raises(NotFound):
        Engine().models.manifest(version)
