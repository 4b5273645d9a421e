"""Importing the package is free; each name brings only what it needs."""

import subprocess
import sys

import pytest

HEAVY = ("onnx", "onnxruntime", "tokenizers", "torch", "transformers", "sentence_transformers")


def loaded_by(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(*(name for name in {HEAVY} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import embeddings.text",
        "from embeddings.text import TextEncoder, track_sentence",
    ],
)
def test_the_package_and_its_sentences_load_none_of_the_heavy_modules(statement: str) -> None:
    loaded = loaded_by(statement)

    assert loaded == set()


def test_a_query_needs_no_torch_and_with_a_kept_graph_no_graph_writer(tmp_path) -> None:
    program = f"""
from pathlib import Path
from embeddings.text import OnnxTextEncoder
OnnxTextEncoder(cache=Path({str(tmp_path)!r})).encode(['sad piano'])
"""

    first, second = loaded_by(program), loaded_by(program)

    assert first == {"onnx", "onnxruntime", "tokenizers"}
    assert second == {"onnxruntime", "tokenizers"}


def test_a_name_that_is_not_there_is_named() -> None:
    import embeddings.text

    with pytest.raises(AttributeError, match="'TextDecoder'"):
        embeddings.text.TextDecoder  # noqa: B018 - the look-up itself is what is tested
