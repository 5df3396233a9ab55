"""The light backend's model: the layers of the default model as an ONNX graph.

Built from the tensors themselves, with `onnx` alone: no torch, no tracing, and
every node has a reason. Three things differ from what an exporter writes:

- Word vectors stay outside: the graph begins with their sum with the positions,
  so that its file holds what is computed and not a table to look words up in.
- `int8` scales each row of activations, that is each token, for itself
  (Dettmers et al., LLM.int8(), NeurIPS 2022, do so), each column of weights for
  itself. The usual dynamic quantisation takes one scale for a whole batch, and
  then a vector depends on what else is in the batch.
- The layer norm is spelled out, which runs four times as fast as the fused
  node of ONNX Runtime 1.32 (design note 0080).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from storydiff.protocols import Floats

GRAPH_VERSION = "1"
"""Changes with every change of what this module writes."""

Precision = Literal["int8", "fp32"]

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
OPSET, IR_VERSION = 20, 10
CONTRIBUTED = "com.microsoft"


def build(state: Mapping[str, Floats], *, precision: Precision, bits: int = 8) -> bytes:
    """The graph of the default model with these tensors, serialised.

    Its input ``embedded`` is float32 ``(n, length, d)``: texts of one length, each
    token the sum of its word's, its place's and the first segment's vector. Its
    output ``tokens`` has the same shape. ``bits`` are those of an int8 weight
    that are used, 7 or 8: see `storydiff.encoding.light.weight_bits`.
    """
    from onnx import TensorProto, helper

    graph = _Graph(precision, 127 if bits == 8 else 64)
    width = state["embeddings.LayerNorm.weight"].shape[0]
    x = graph.norm(state, "embeddings.LayerNorm", "embedded")
    for layer in range(LAYERS):
        x = _layer(graph, state, f"encoder.layer.{layer}.", x, width)
    graph.node("Identity", [x], out="tokens")
    shape = ["n", "length", width]
    made = helper.make_graph(
        graph.nodes,
        "encoder",
        [helper.make_tensor_value_info("embedded", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, shape)],
        list(graph.constants.values()),
    )
    model = helper.make_model(
        made,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIBUTED, 1)],
        ir_version=IR_VERSION,
    )
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def build_probe() -> bytes:
    """A graph that multiplies bytes, ``rows`` uint8 by ``weights`` int8, to int32 ``sums``."""
    from onnx import TensorProto, helper

    rows = helper.make_tensor_value_info("rows", TensorProto.UINT8, ["n", "k"])
    weights = helper.make_tensor_value_info("weights", TensorProto.INT8, ["k", "m"])
    sums = helper.make_tensor_value_info("sums", TensorProto.INT32, ["n", "m"])
    node = helper.make_node("MatMulInteger", ["rows", "weights"], ["sums"])
    made = helper.make_graph([node], "probe", [rows, weights], [sums])
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(made, opset_imports=opset, ir_version=IR_VERSION)
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def embeddings(state: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """The vectors of words ``(v, d)``, and of places with the first segment's ``(p, d)``."""
    places = state["embeddings.position_embeddings.weight"]
    segment = state["embeddings.token_type_embeddings.weight"][0]
    return state["embeddings.word_embeddings.weight"], places + segment


def _layer(graph: _Graph, state: Mapping[str, Floats], at: str, x: str, width: int) -> str:
    """Attention and the two dense layers after it; gives the name of the output."""
    heads = graph.constant("heads", np.array([0, 0, HEADS, width // HEADS], np.int64))
    whole = graph.constant("whole", np.array([0, 0, width], np.int64))
    read, sides = graph.quantized(x), {}
    # The scores' factor is taken into the query's weights.
    factors = {"query": float(1 / np.sqrt(width // HEADS)), "key": 1.0, "value": 1.0}
    for side, factor in factors.items():
        y = graph.dense(state, f"{at}attention.self.{side}", read, factor=factor)
        turned = [0, 2, 3, 1] if side == "key" else [0, 2, 1, 3]
        sides[side] = graph.node("Transpose", [graph.node("Reshape", [y, heads])], perm=turned)
    scores = graph.node("MatMul", [sides["query"], sides["key"]])
    mixed = graph.node("MatMul", [graph.node("Softmax", [scores], axis=-1), sides["value"]])
    joined = graph.node("Reshape", [graph.node("Transpose", [mixed], perm=[0, 2, 1, 3]), whole])
    y = graph.dense(state, f"{at}attention.output.dense", graph.quantized(joined))
    x = graph.norm(state, f"{at}attention.output.LayerNorm", graph.node("Add", [y, x]))
    up = graph.dense(state, f"{at}intermediate.dense", graph.quantized(x))
    down = graph.dense(state, f"{at}output.dense", graph.quantized(graph.node("Gelu", [up])))
    return graph.norm(state, f"{at}output.LayerNorm", graph.node("Add", [down, x]))


class _Graph:
    """Nodes and constants while they are being collected."""

    def __init__(self, precision: Precision, most: int) -> None:
        self.precision = precision
        self.most = most
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def node(
        self, kind: str, inputs: list[str], *, out: str = "", domain: str = "", **settings: Any
    ) -> str:
        """Add a node; gives the name of its output."""
        from onnx import helper

        out = out or f"n{len(self.nodes)}"
        made = helper.make_node(kind, inputs, [out], name=out, domain=domain, **settings)
        self.nodes.append(made)
        return out

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant, once; gives its name."""
        from onnx import numpy_helper

        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def number(self, name: str, value: float) -> str:
        """Add a float32 scalar, once; gives its name."""
        return self.constant(name, np.array(value, np.float32))

    def norm(self, state: Mapping[str, Floats], name: str, x: str) -> str:
        """Rows at mean 0 and variance 1, times a weight, plus a bias."""
        weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
        last = self.constant("last", np.array([-1], np.int64))
        centred = self.node("Sub", [x, self.node("ReduceMean", [x, last], keepdims=1)])
        # From the sum of squares, not their mean: ONNX Runtime would know the latter for a
        # layer norm and put its slower node in its place. The weights take the factor.
        total = self.node("ReduceSumSquare", [centred, last], keepdims=1)
        total = self.node("Add", [total, self.number("epsilon", len(weight) * EPSILON)])
        scaled = self.node("Div", [centred, self.node("Sqrt", [total])])
        factor = np.float32(np.sqrt(len(weight)))
        weighed = self.node("Mul", [scaled, self.constant(f"{name}.w", weight * factor)])
        return self.node("Add", [weighed, self.constant(f"{name}.b", bias)])

    def quantized(self, x: str) -> tuple[str, str]:
        """Rows as uint8 around 128 and the scale of each row; with fp32 the rows as they are."""
        if self.precision == "fp32":
            return x, ""
        last = self.constant("last", np.array([-1], np.int64))
        most = self.node("ReduceMax", [self.node("Abs", [x]), last], keepdims=1)
        floor = self.node("Max", [most, self.number("tiny", 1e-9)])
        scale = self.node("Mul", [floor, self.number("step", 1 / 127)])
        one, middle = self.number("one", 1), self.constant("middle", np.array(128, np.uint8))
        return self.node("QuantizeLinear", [self.node("Div", [x, scale]), one, middle]), scale

    def dense(
        self, state: Mapping[str, Floats], name: str, read: tuple[str, str], *, factor: float = 1
    ) -> str:
        """Rows times a matrix, plus a bias, both times ``factor``."""
        matrix = state[f"{name}.weight"].T * np.float32(factor)
        bias = self.constant(f"{name}.b", state[f"{name}.bias"] * np.float32(factor))
        rows, scale = read
        if self.precision == "fp32":
            product = self.node("MatMul", [rows, self.constant(f"{name}.w", matrix)])
            return self.node("Add", [product, bias])
        steps = np.maximum(np.abs(matrix).max(axis=0), 1e-9).astype(np.float32) / self.most
        whole = np.clip(np.round(matrix / steps), -self.most, self.most).astype(np.int8)
        inputs = [
            rows,
            self.constant(f"{name}.w", whole),
            self.number("one", 1),
            self.constant(f"{name}.s", steps),
            "middle",
        ]
        product = self.node("MatMulIntegerToFloat", inputs, domain=CONTRIBUTED)
        return self.node("Add", [self.node("Mul", [product, scale]), bias])
