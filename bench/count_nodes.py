"""Counts nodes: python count_nodes.py FILE... prints one number each, and the last file's after onnxslim."""

import sys

import onnx
import onnxslim

models = [onnx.load(path) for path in sys.argv[1:]]
counts = [len(model.graph.node) for model in models]
print(*counts, len(onnxslim.slim(models[-1]).graph.node))
