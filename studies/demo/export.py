"""Writes what train.py kept as safetensors in half precision, under the paths of specs/demo.dm.

python export.py demo.pt ../../models/demo/demo.safetensors
"""

import argparse
import json
from pathlib import Path

import torch
from torch import Tensor

HALVES = {"features": "pixel/features", "head": "masks/head"}
NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
LAYER = {"weight": "kernel", "bias": "bias"}


def path_of(name: str, state: dict[str, Tensor]) -> str:
    """`head.trunk.unit.bn.weight` is `masks/head/trunk/unit/bn/gamma`."""
    half, *scopes, last = name.split(".")
    owner = name.removesuffix(f".{last}")
    leaf = (NORM if f"{owner}.running_mean" in state else LAYER)[last]
    return "/".join([HALVES[half], *scopes, leaf])


def axes_of_text(value: Tensor) -> Tensor:
    """Kernels are [height, width, in, out] in the language."""
    return value.permute(2, 3, 1, 0).contiguous() if value.dim() == 4 else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    state = torch.load(options.weights, map_location="cpu")
    state = {name: value for name, value in state.items() if not name.endswith("num_batches_tracked")}
    header, body = {"__metadata__": {"format": "deepmacc", "model": "specs/demo.dm:Demo"}}, b""
    for path, value in sorted((path_of(name, state), axes_of_text(value)) for name, value in state.items()):
        half = value.half()
        assert half.isfinite().all(), path
        first, body = len(body), body + half.numpy().tobytes()
        header[path] = {"dtype": "F16", "shape": list(half.shape), "data_offsets": [first, len(body)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    options.output.write_bytes(len(text).to_bytes(8, "little") + text + body)
    print(f"{options.output}: {len(header) - 1} tensors, {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
