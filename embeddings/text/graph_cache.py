"""The network's graph, written once and kept: a later process then needs no graph writer."""

from pathlib import Path
from typing import Final
from uuid import uuid4

from embeddings.text.model_folder import ModelFolder
from embeddings.text.tensor_layout import tensor_layout

# Part of the kept file's name: raise it with every change to the graph, or the old one is served.
GRAPH_REVISION: Final = 1


def load_graph(model: ModelFolder, *, cache: Path | None) -> bytes:
    """Return the model's ONNX graph, from ``cache`` when it is there, and leave it there when it is not.

    Raises
    ------
    ArtefactInvalid
        If the model is of another kind than the graph can express.
    """
    if cache is None:
        return _write(model)
    # The graph points into the weights by file name and offset, so all three decide whether it fits.
    kept = cache / f"{model.sha256[:12]}-{model.weights.name}-r{GRAPH_REVISION}.onnx"
    if not kept.exists():
        _keep(_write(model), kept)
    return kept.read_bytes()


def _write(model: ModelFolder) -> bytes:
    from embeddings.text.bert_graph import bert_graph, read_shape  # noqa: PLC0415 - onnx costs a quarter of a second, once

    return bert_graph(read_shape(model.config()), tensor_layout(model.weights), location=model.weights.name)


def _keep(graph: bytes, path: Path) -> None:
    """Rename into place, so that no other process ever reads half a graph."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{uuid4().hex}")
    unfinished.write_bytes(graph)
    unfinished.replace(path)
