"""The graph is written once for a model, and never served for another."""

import hashlib
from pathlib import Path

import pytest

from embeddings.errors import ArtefactInvalid
from embeddings.text.bert_graph import BertShape, bert_graph
from embeddings.text.graph_cache import GRAPH_REVISION, load_graph
from embeddings.text.model_folder import open_model
from embeddings.text.tensor_layout import tensor_layout


def test_a_kept_graph_is_read_and_not_written_again(tmp_path: Path, small_model) -> None:
    own = small_model()
    model = open_model(own.folder, sha256=own.sha256)
    written = load_graph(model, cache=tmp_path / "kept")
    (own.folder / "config.json").unlink()

    read = load_graph(model, cache=tmp_path / "kept")

    assert read == written
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_models_of_other_weights_keep_graphs_of_their_own(tmp_path: Path, small_model) -> None:
    models = [open_model(own.folder, sha256=own.sha256) for own in (small_model(scale=1.0), small_model(scale=2.0))]

    for model in models:
        load_graph(model, cache=tmp_path / "kept")

    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_without_a_folder_nothing_is_kept(tmp_path: Path, small_model) -> None:
    own = small_model()
    before = sorted(tmp_path.rglob("*"))

    load_graph(open_model(own.folder, sha256=own.sha256), cache=None)

    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('{"model_type": "t5"}', "model_type is 't5'"),
        ('{"hidden_act": "relu"}', "hidden_act is 'relu'"),
        ('{"num_hidden_layers": 6}', "num_attention_heads"),
        ('{"num_hidden_layers": "six"}', "six"),
    ],
)
def test_a_network_that_the_graph_cannot_express_is_refused_by_what_is_different(small_model, config: str, said: str) -> None:
    own = small_model()
    (own.folder / "config.json").write_text(config)

    with pytest.raises(ArtefactInvalid, match=said):
        load_graph(open_model(own.folder, sha256=own.sha256), cache=None)


def test_a_weight_that_is_missing_is_named(small_model) -> None:
    tensors = tensor_layout(small_model().folder / "model.safetensors")

    with pytest.raises(ArtefactInvalid, match=r"holds no float32 tensor named encoder\.layer\.0\.attention\.self\.query\.weight"):
        bert_graph(BertShape(layers=1, heads=12, width=384, epsilon=1e-12), tensors, location="model.safetensors")


def test_a_changed_graph_has_a_new_revision() -> None:
    model = open_model()

    graph = load_graph(model, cache=None)

    # When this fails, raise GRAPH_REVISION, or processes with a kept graph go on serving the old one.
    assert (GRAPH_REVISION, hashlib.sha256(graph).hexdigest()[:12]) == (1, "ebb20b563825")
