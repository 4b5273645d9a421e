"""Weights are known by their hash, and others are refused by name."""

import hashlib
from pathlib import Path

import pytest

from embeddings.errors import ArtefactInvalid
from embeddings.text.model_folder import WEIGHTS_SHA256, open_model


def test_other_weights_are_refused_with_the_file_and_both_hashes(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"somebody else's weights")

    with pytest.raises(ArtefactInvalid) as refusal:
        open_model(tmp_path)

    assert str(tmp_path / "model.safetensors") in str(refusal.value)
    assert WEIGHTS_SHA256 in str(refusal.value)
    assert hashlib.sha256(b"somebody else's weights").hexdigest() in str(refusal.value)


def test_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactInvalid, match=r"model\.safetensors cannot be read"):
        open_model(tmp_path)


def test_a_model_of_ones_own_is_taken_under_its_own_hash_and_name(small_model) -> None:
    own = small_model()

    model = open_model(own.folder, sha256=own.sha256, name="own")

    assert model.version == f"own@{own.sha256[:12]}"


def test_a_linked_weights_file_is_followed_to_where_it_lies(tmp_path: Path, small_model) -> None:
    own = small_model()
    blob = tmp_path / "blobs" / "0123"
    blob.parent.mkdir()
    (own.folder / "model.safetensors").rename(blob)
    (own.folder / "model.safetensors").symlink_to(blob)

    model = open_model(own.folder, sha256=own.sha256)

    assert model.weights == blob.resolve()


@pytest.mark.parametrize("content", ["not json", "[]"])
def test_an_unreadable_configuration_is_named(small_model, content: str) -> None:
    own = small_model()
    (own.folder / "config.json").write_text(content)

    with pytest.raises(ArtefactInvalid, match=r"config\.json"):
        open_model(own.folder, sha256=own.sha256).config()


def test_the_installed_package_holds_the_expected_weights() -> None:
    model = open_model()

    assert model.version == "all-MiniLM-L6-v2@53aa51172d14"
