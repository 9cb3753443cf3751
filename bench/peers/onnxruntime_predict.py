"""onnxruntime: the forward pass only, of the same net written as an ONNX graph."""

from __future__ import annotations

import peak
from base import Base

__all__ = ["Peer"]


class Peer(Base):
    name = "onnxruntime"

    def __init__(self):
        import onnx
        import onnxruntime

        self.onnx, self.runtime = onnx, onnxruntime

    def versions(self):
        return {"onnxruntime": self.runtime.__version__, "onnx": self.onnx.__version__}

    def build(self):
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = peak.cpus()  # its default counts CPUs it may not run on
        self.session = self.runtime.InferenceSession(
            self.graph().SerializeToString(), options, providers=["CPUExecutionProvider"])

    def graph(self):
        """Return the net as Gemm, Relu and a last Softmax or Sigmoid."""
        helper, numpy_helper = self.onnx.helper, self.onnx.numpy_helper
        nodes, weights, h = [], self.first_weights(), "x"
        last = len(weights) // 2 - 1
        for i in range(last + 1):
            nodes.append(helper.make_node("Gemm", [h, f"w{2 * i}", f"w{2 * i + 1}"], [f"z{i}"]))
            kind = "Relu" if i < last else "Sigmoid" if self.net.binary else "Softmax"
            h = f"h{i}" if i < last else "y"
            nodes.append(helper.make_node(kind, [f"z{i}"], [h]))
        kind = self.onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            nodes, "net", [helper.make_tensor_value_info("x", kind, [None, self.net.sizes[0]])],
            [helper.make_tensor_value_info("y", kind, [None, self.net.sizes[-1]])],
            [numpy_helper.from_array(w, f"w{i}") for i, w in enumerate(weights)])
        return helper.make_model(
            graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])

    def predict(self, rows):
        x = self.x[:rows]
        return lambda: self.session.run(None, {"x": x})[0]

    forward = predict
