"""The language model's network written as an ONNX graph around the weights file, without torch.

BERT's encoder (Devlin, Chang, Lee, Toutanova, "BERT: Pre-training of Deep Bidirectional Transformers for Language
Understanding", NAACL 2019) over "Attention Is All You Need" (Vaswani et al., NeurIPS 2017, section 3), then the mean of the
tokens and unit length as in Reimers and Gurevych, "Sentence-BERT", EMNLP 2019, section 3.

The graph is a few kilobytes: its weights are references into the safetensors file, which the runtime maps in place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from onnx import ModelProto, NodeProto, StringStringEntryProto, TensorProto, helper, numpy_helper

from embeddings.errors import ArtefactInvalid
from embeddings.text.tensor_layout import StoredTensor

# Gelu is an operator since opset 20; the oldest file format that carries it keeps older runtimes able to read the graph.
_OPSET: Final = 20
_IR_VERSION: Final = 9
# Below any score and still finite, as torch masks: a row of nothing but padding would otherwise become NaN.
_HIDDEN: Final = np.finfo(np.float32).min


@dataclass(frozen=True, slots=True)
class BertShape:
    """The measures of a BERT encoder."""

    layers: int
    heads: int
    width: int
    epsilon: float


def read_shape(config: Mapping[str, object]) -> BertShape:
    """Take the network's measures from its configuration.

    Raises
    ------
    ArtefactInvalid
        If it is another kind of network than the graph can express.
    """
    for key, expected in (("model_type", "bert"), ("hidden_act", "gelu"), ("position_embedding_type", "absolute")):
        if config.get(key, expected) != expected:
            raise ArtefactInvalid(f"the model's {key} is {config[key]!r}, but the graph is written for {expected!r}")
    try:
        return BertShape(
            layers=int(str(config["num_hidden_layers"])),
            heads=int(str(config["num_attention_heads"])),
            width=int(str(config["hidden_size"])),
            epsilon=float(str(config["layer_norm_eps"])),
        )
    except (KeyError, ValueError) as error:
        raise ArtefactInvalid(f"the model's configuration cannot be used: {error!r}") from error


def bert_graph(shape: BertShape, tensors: Mapping[str, StoredTensor], *, location: str) -> bytes:
    """Write the graph: ``ids`` and ``mask``, both (batch, tokens) int64, to ``vectors`` (batch, width) of unit length.

    Parameters
    ----------
    shape
        The network's measures.
    tensors
        Where the weights lie in their file.
    location
        The weights' file name, in the folder that the runtime is told.

    Raises
    ------
    ArtefactInvalid
        If a weight that the network needs is not in the file.
    """
    graph: bytes = _BertWriter(shape, tensors, location).model().SerializeToString(deterministic=True)
    return graph


class _BertWriter:
    def __init__(self, shape: BertShape, tensors: Mapping[str, StoredTensor], location: str) -> None:
        self._shape = shape
        self._tensors = tensors
        self._location = location
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def model(self) -> ModelProto:
        states = self._embedded()
        for layer in range(self._shape.layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        self._pooled(states)
        ids, mask = (helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in ("ids", "mask"))
        vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", self._shape.width])
        graph = helper.make_graph(self._nodes, "bert", [ids, mask], [vectors], list(self._constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)

    def _embedded(self) -> str:
        """Sum what a token is, where it stands and that it belongs to the first text; give rows of (batch · tokens, width)."""
        shape = self._node("Shape", "ids", name="shape")
        length = self._node("Slice", shape, self._integers("one", [1]), self._integers("two", [2]))
        zero = self._integers("zero", [0])
        places = self._node("Slice", self._weight("embeddings.position_embeddings.weight"), zero, length, zero)
        kind = self._node("Gather", self._weight("embeddings.token_type_embeddings.weight"), zero)
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "ids")
        summed = self._node("Add", words, self._node("Add", places, kind))
        self._node("Concat", shape, self._integers("width", [self._shape.width]), axis=0, name="rows_shape")
        heads = [self._shape.heads, self._shape.width // self._shape.heads]
        self._node("Concat", shape, self._integers("heads", heads), axis=0, name="heads_shape")
        self._hide_padding()
        rows = self._integers("flat", [-1, self._shape.width])
        return self._node("Reshape", self._norm(summed, "embeddings.LayerNorm"), rows)

    def _hide_padding(self) -> None:
        """Name what every layer adds to its scores: nothing for a token, the lowest number for padding."""
        kept = self._node("Cast", "mask", to=TensorProto.FLOAT, name="kept")
        spread = self._node("Unsqueeze", kept, self._integers("over_heads", [1, 2]))
        padding = self._node("Sub", self._number("unit", 1.0), spread)
        self._node("Mul", padding, self._number("hidden", float(_HIDDEN)), name="padding_scores")

    def _layer(self, states: str, prefix: str) -> str:
        attended = self._dense(self._attention(states, f"{prefix}.attention.self"), f"{prefix}.attention.output.dense")
        states = self._norm(self._node("Add", attended, states), f"{prefix}.attention.output.LayerNorm")
        inner = self._node("Gelu", self._dense(states, f"{prefix}.intermediate.dense"))
        outer = self._dense(inner, f"{prefix}.output.dense")
        return self._norm(self._node("Add", outer, states), f"{prefix}.output.LayerNorm")

    def _attention(self, states: str, prefix: str) -> str:
        """Attend with scaled dot products in every head (Vaswani et al. 2017, equation 1)."""
        query = self._heads(self._dense(states, f"{prefix}.query"), [0, 2, 1, 3])
        key = self._heads(self._dense(states, f"{prefix}.key"), [0, 2, 3, 1])
        value = self._heads(self._dense(states, f"{prefix}.value"), [0, 2, 1, 3])
        scale = self._number("scale", (self._shape.width // self._shape.heads) ** -0.5)
        scores = self._node("Add", self._node("Mul", self._node("MatMul", query, key), scale), "padding_scores")
        attended = self._node("MatMul", self._node("Softmax", scores, axis=-1), value)
        return self._node("Reshape", self._node("Transpose", attended, perm=[0, 2, 1, 3]), "flat")

    def _heads(self, rows: str, order: list[int]) -> str:
        return self._node("Transpose", self._node("Reshape", rows, "heads_shape"), perm=order)

    def _pooled(self, states: str) -> None:
        """Take the mean over the tokens that are not padding, at unit length."""
        tokens = self._node("Reshape", states, "rows_shape")
        kept = self._node("Unsqueeze", "kept", self._integers("last", [2]))
        total = self._node("ReduceSum", self._node("Mul", tokens, kept), "one", keepdims=0)
        count = self._node("ReduceSum", kept, "one", keepdims=0)
        self._node("LpNormalization", self._node("Div", total, count), axis=-1, p=2, name="vectors")

    def _dense(self, rows: str, prefix: str) -> str:
        return self._node("Gemm", rows, self._weight(f"{prefix}.weight"), self._weight(f"{prefix}.bias"), transB=1)

    def _norm(self, rows: str, prefix: str) -> str:
        weights = (self._weight(f"{prefix}.weight"), self._weight(f"{prefix}.bias"))
        return self._node("LayerNormalization", rows, *weights, epsilon=self._shape.epsilon)

    def _node(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        output = name or f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def _weight(self, name: str) -> str:
        if name not in self._tensors:
            raise ArtefactInvalid(f"{self._location} holds no float32 tensor named {name}")
        stored = self._tensors[name]
        place = {"location": self._location, "offset": str(stored.offset), "length": str(stored.length)}
        self._constants[name] = TensorProto(
            name=name,
            data_type=TensorProto.FLOAT,
            dims=stored.shape,
            data_location=TensorProto.EXTERNAL,
            external_data=[StringStringEntryProto(key=key, value=value) for key, value in place.items()],
        )
        return name

    def _integers(self, name: str, values: list[int]) -> str:
        self._constants[name] = numpy_helper.from_array(np.array(values, dtype=np.int64), name)
        return name

    def _number(self, name: str, value: float) -> str:
        self._constants[name] = numpy_helper.from_array(np.array(value, dtype=np.float32), name)
        return name
