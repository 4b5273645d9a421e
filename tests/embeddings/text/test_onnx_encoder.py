"""Sentences become unit vectors, each the same whatever stands beside it."""

import numpy as np
import pytest

from embeddings.errors import ArtefactInvalid
from embeddings.text import OnnxTextEncoder


@pytest.fixture(scope="module")
def encoder() -> OnnxTextEncoder:
    return OnnxTextEncoder(threads=1)


@pytest.fixture
def axes(small_model) -> OnnxTextEncoder:
    own = small_model()
    return OnnxTextEncoder(own.folder, threads=1, batch_size=2, sha256=own.sha256, name="axes")


def test_a_sentence_lies_between_its_words(axes: OnnxTextEncoder) -> None:
    both, sad, piano = axes.encode(["sad piano", "sad", "piano"])

    # Two words at right angles (nearly: layer normalisation takes 1/384 of the mean away) enclose 45 degrees with their sum.
    assert both @ sad == pytest.approx(np.sqrt(0.5), abs=2e-3)
    assert both @ piano == pytest.approx(np.sqrt(0.5), abs=2e-3)


def test_padding_is_no_word(axes: OnnxTextEncoder) -> None:
    beside_a_long_one = axes.encode(["sad", "piano rap nineties piano rap nineties"])[0]

    assert beside_a_long_one == pytest.approx(axes.encode(["sad"])[0], abs=1e-6)


def test_words_after_the_limit_are_not_read(axes: OnnxTextEncoder) -> None:
    cut, whole = axes.encode(["sad " * 256 + "rap " * 256, "sad"])

    assert cut @ whole == pytest.approx(1.0, abs=1e-4)


def test_no_sentence_gives_no_row(encoder: OnnxTextEncoder) -> None:
    vectors = encoder.encode([])

    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


def test_every_row_has_unit_length(encoder: OnnxTextEncoder) -> None:
    vectors = encoder.encode(["sad piano", "", "\x00\x01", "¿?!…", "日本語の歌", "lone \ud800 surrogate", "a" * 10_000])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(7), abs=1e-5)


def test_a_vector_does_not_depend_on_order_or_on_the_batch(encoder: OnnxTextEncoder) -> None:
    sentences = [f"{'la ' * (n % 7)}song number {n}" for n in range(40)]
    shuffled = np.random.default_rng(0).permutation(40)

    together = encoder.encode(sentences)
    in_other_order = encoder.encode([sentences[place] for place in shuffled])
    alone = np.vstack([encoder.encode([sentence]) for sentence in sentences])

    assert in_other_order == pytest.approx(together[shuffled], abs=1e-5)
    assert alone == pytest.approx(together, abs=1e-5)


def test_the_same_call_gives_the_same_bits(encoder: OnnxTextEncoder) -> None:
    sentences = ["sad piano", "90s hip hop", "a much longer sentence about nothing in particular"]

    assert np.array_equal(encoder.encode(sentences), encoder.encode(sentences))


def test_the_version_names_the_weights(encoder: OnnxTextEncoder) -> None:
    assert encoder.version == "all-MiniLM-L6-v2@53aa51172d14"


def test_a_model_of_another_width_is_refused(small_model) -> None:
    narrow = small_model(width=24)

    with pytest.raises(ArtefactInvalid, match="24 numbers"):
        OnnxTextEncoder(narrow.folder, sha256=narrow.sha256)


def test_a_broken_tokenizer_is_named(small_model) -> None:
    own = small_model()
    (own.folder / "tokenizer.json").write_text("{}")

    with pytest.raises(ArtefactInvalid, match=r"tokenizer\.json"):
        OnnxTextEncoder(own.folder, sha256=own.sha256)


def test_a_linked_weights_file_can_be_served(tmp_path, small_model) -> None:
    own = small_model()
    blob = tmp_path / "blobs" / "0123"
    blob.parent.mkdir()
    (own.folder / "model.safetensors").rename(blob)
    (own.folder / "model.safetensors").symlink_to(blob)

    vectors = OnnxTextEncoder(own.folder, sha256=own.sha256).encode(["sad", "rap"])

    assert vectors @ vectors.T == pytest.approx(np.eye(2), abs=5e-3)


def test_an_empty_batch_is_no_batch_size() -> None:
    with pytest.raises(ValueError, match="not 0"):
        OnnxTextEncoder(batch_size=0)
