"""Exports a hourglass head with torch.onnx.export (TorchScript path): python torch_export.py DEPTH FILE"""

import sys

import torch
from hourglass import head

depth, path = int(sys.argv[1]), sys.argv[2]
model = head(depth)
names = {"input_names": ["x"], "output_names": ["output"], "dynamic_axes": {"x": {0: "N"}, "output": {0: "N"}}}
torch.onnx.export(model, (torch.zeros(1, 50, 32, 32),), path, opset_version=18, dynamo=False, **names)
print(sum(p.numel() for p in model.parameters()), "parameters")
