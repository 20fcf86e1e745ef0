"""Exports a head with torch.onnx.export (TorchScript path): python torch_export.py NAME FILE

NAME: hg10, hg20, hg32, hg52, hg100, resnet4, resnet20 or maskrcnn.
"""

import re
import sys

import convolutional
import hourglass
import torch

name, path = sys.argv[1:]
kind, depth = re.fullmatch(r"([a-z]+)(\d*)", name).groups()
if kind == "hg":
    model, dims = hourglass.head(int(depth)), (50, 32, 32)
elif kind == "resnet":
    model, dims = convolutional.resnet(int(depth)), (50, 32, 32)
else:
    model, dims = convolutional.mask_rcnn(), (256, 14, 14)
names = {"input_names": ["x"], "output_names": ["output"], "dynamic_axes": {"x": {0: "N"}, "output": {0: "N"}}}
torch.onnx.export(model, (torch.zeros(1, *dims),), path, opset_version=18, dynamo=False, **names)
print(sum(p.numel() for p in model.parameters()), "parameters")
