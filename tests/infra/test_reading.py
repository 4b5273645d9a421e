"""The language model comes from the installed package, from a folder, or from a revision in a hub's cache; never from a network."""

from pathlib import Path

import pytest

from embeddings.text.model_folder import WEIGHTS_SHA256, open_model
from infra.reading import LazyReader, TextModel
from infra.settings import Settings
from infra.wiring import App
from recommender.errors import InvalidInput, Unavailable

ID = "sentence-transformers/all-MiniLM-L6-v2"
INSTALLED = open_model().path


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """Return a hub's cache with two revisions of the installed model."""
    for revision in ("aaa", "bbb"):
        snapshot = tmp_path / "models--sentence-transformers--all-MiniLM-L6-v2" / "snapshots" / revision
        snapshot.parent.mkdir(parents=True, exist_ok=True)
        snapshot.symlink_to(INSTALLED)
    return tmp_path


def version(model: TextModel) -> str:
    return LazyReader("onnx", model=model, cache=None).version


def test_the_installed_model_reads_unless_another_is_named() -> None:
    settings = Settings.from_env({})

    assert App(settings).reader.version == "all-MiniLM-L6-v2@53aa51172d14"


def test_a_revision_is_taken_from_a_hubs_cache_and_makes_the_same_vectors_version(hub: Path) -> None:
    settings = Settings.from_env({"TEXT_MODEL": ID, "TEXT_MODEL_FOLDER": str(hub), "TEXT_MODEL_REVISION": "bbb"})

    assert App(settings).reader.version == "all-MiniLM-L6-v2@53aa51172d14"


@pytest.mark.parametrize("revision", ["ccc", None])
def test_a_revision_that_the_cache_does_not_hold_or_that_is_not_named_is_refused_with_those_it_holds(
    hub: Path, revision: str | None
) -> None:
    with pytest.raises(Unavailable, match="aaa, bbb") as raised:
        version(TextModel(ID, hub, revision))

    assert raised.value.code == "text_model"


def test_a_models_own_folder_needs_no_revision() -> None:
    assert version(TextModel("mine", INSTALLED)) == "mine@53aa51172d14"


def test_weights_with_another_hash_are_refused_with_both() -> None:
    with pytest.raises(Unavailable, match=rf"{WEIGHTS_SHA256}.*{'0' * 64}"):
        version(TextModel("mine", INSTALLED, sha256="0" * 64))


def test_another_model_without_a_folder_is_refused_instead_of_being_fetched() -> None:
    with pytest.raises(Unavailable, match="TEXT_MODEL_FOLDER"):
        version(TextModel("somebody/other"))


def test_a_hash_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="TEXT_MODEL_SHA256"):
        Settings.from_env({"TEXT_MODEL_SHA256": "53aa"})
