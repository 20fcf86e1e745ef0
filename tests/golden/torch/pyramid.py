"""Pyramid: 474,176 parameters.

Written by deepmacc x.y.z from zoo.dm. `Model()` draws fresh weights as the text says.
`python model.py --check` compares the model with what was recorded. Names of weights
are the paths of the text.
"""

import json
import math
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WEIGHTS = Path(__file__).with_name("weights.safetensors")
DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
}

# Recorded when this file was written; `python model.py --check` compares.
PARAMETERS = 474_176
BUFFERS = 1_152
EXAMPLE: dict[str, tuple[int, ...]] = {"image": (2, 64, 64, 3)}
SHAPES: dict[str, tuple[int, ...]] = {
    "p2": (2, 16, 16, 4),
    "p3": (2, 8, 8, 4),
    "p4": (2, 4, 4, 4),
}
VALUES: dict[str, tuple[float, list[float]]] = {}


def sequence(**steps: nn.Module) -> nn.Sequential:
    """Modules that run one after the other, by name."""
    return nn.Sequential(OrderedDict(steps))


class Named(nn.Module):
    """Modules that belong together, but do not run in a row."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, **members: nn.Module) -> None:
        super().__init__()
        for name, member in members.items():
            self.add_module(name, member)


def initialise(
    root: nn.Module,
    kind: type[nn.Conv2d | nn.ConvTranspose2d | nn.Linear],
    draw: Callable[[Tensor], Tensor],
    bias: float = 0.0,
) -> None:
    """Draws fresh weights for every layer of a kind."""
    for layer in root.modules():
        if isinstance(layer, kind):
            draw(layer.weight)
            if layer.bias is not None:
                nn.init.constant_(layer.bias, bias)


class ConvBnRelu(nn.Module):
    def __init__(self, in_channels: int, c: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, c, 3, stride=stride, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(c)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class Outputs(NamedTuple):
    """The results of Pyramid."""

    # [N, 16, 16, 4]
    p2: Tensor
    # [N, 8, 8, 4]
    p3: Tensor
    # [N, 4, 4, 4]
    p4: Tensor


def check_sizes(image: Tensor) -> None:
    """Refuses sizes that the model does not work for."""
    if (
        image.dim() != 4
        or image.shape[1] != 64
        or image.shape[2] != 64
        or image.shape[3] != 3
    ):
        raise ValueError(
            f"Pyramid takes image: [N, 64, 64, 3], not {list(image.shape)}",
        )


class Model(nn.Module):
    """Pyramid: image [N, 64, 64, 3] -> p2 [N, 16, 16, 4], p3 [N, 8, 8, 4], p4 [N,
    4, 4, 4]
    """

    def __init__(self) -> None:
        super().__init__()
        self.top = Named(
            conv_bn_relu=ConvBnRelu(3, 64, stride=4),
            c2=ConvBnRelu(64, 64),
            c3=ConvBnRelu(64, 128, stride=2),
            c4=ConvBnRelu(128, 256, stride=2),
        )
        self.m4 = sequence(conv=nn.Conv2d(256, 64, 1, bias=False))
        self.m3 = Named(conv=nn.Conv2d(128, 64, 1, bias=False))
        self.m2 = Named(conv=nn.Conv2d(64, 64, 1, bias=False))
        self.head = sequence(
            conv_bn_relu=ConvBnRelu(64, 64),
            conv=nn.Conv2d(64, 4, 1, bias=False),
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws fresh weights as the text says; biases are 0 where nothing is said."""
        initialise(self, nn.Conv2d, nn.init.xavier_uniform_)

    def forward(self, image: Tensor) -> Outputs:
        check_sizes(image)
        image = image.permute(0, 3, 1, 2)
        c2 = self.top.c2(self.top.conv_bn_relu(image))
        c3 = self.top.c3(c2)
        c4 = self.top.c4(c3)
        m4 = self.m4(c4)
        m3 = self.m3.conv(c3) + F.interpolate(m4, scale_factor=2)
        m2 = self.m2.conv(c2) + F.interpolate(m3, scale_factor=2)
        p2 = self.head(m2)
        p2_2 = self.head(m3)
        p2_3 = self.head(m4)
        return Outputs(
            p2.permute(0, 2, 3, 1),
            p2_2.permute(0, 2, 3, 1),
            p2_3.permute(0, 2, 3, 1),
        )


def load_weights(model: nn.Module, path: str | Path = WEIGHTS) -> None:
    """Reads a safetensors file: a length, a header in JSON, then the numbers."""
    path = Path(path)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    start = 8 + length
    size = path.stat().st_size
    numbers = torch.from_file(str(path), size=size, dtype=torch.uint8)
    state = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        values = numbers[start + first : start + last].clone()
        state[name] = values.view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
    model.load_state_dict(state)


def waves(name: str) -> Tensor:
    """Numbers for an input, the same in every language: sin(1), sin(2), ..."""
    shape = EXAMPLE[name]
    count = torch.arange(1, math.prod(shape) + 1, dtype=torch.float64)
    return count.sin().reshape(shape)


def example() -> tuple[Tensor, ...]:
    """Small inputs that fit the model."""
    return (waves("image").float(),)


@torch.no_grad()
def check() -> list[str]:
    """Everything that is not as it was recorded."""
    model = Model().eval()
    problems: list[str] = []

    def compare(what: str, found: object, recorded: object) -> None:
        if found != recorded:
            problems.append(f"{what}: {found}, recorded {recorded}")

    compare("parameters", sum(p.numel() for p in model.parameters()), PARAMETERS)
    floats = [b.numel() for b in model.buffers() if b.is_floating_point()]
    compare("buffers", sum(floats), BUFFERS)
    result = model(*example())
    for name, output in result._asdict().items():
        compare(f"shape of {name}", tuple(output.shape), SHAPES[name])
        if not output.double().isfinite().all():
            problems.append(f"{name} is not finite")
    return problems


def main() -> int:
    """Compares the model with what was recorded; 0 where all is well."""
    if sys.argv[1:] != ["--check"]:
        print(f"usage: python {sys.argv[0]} --check")
        return 2
    problems = check()
    for problem in problems:
        print(problem)
    print("differs" if problems else f"ok: {PARAMETERS:,} parameters, {SHAPES}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
