"""Stacked: 1,041,600 parameters, sizes S % 16 in {0, 15}.

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
PARAMETERS = 1_041_600
BUFFERS = 0
EXAMPLE: dict[str, tuple[int, ...]] = {"x": (2, 15, 15, 3)}
SHAPES: dict[str, tuple[int, ...]] = {"output": (2, 8, 8, 64)}
VALUES: dict[str, tuple[float, list[float]]] = {}


def sequence(**steps: nn.Module) -> nn.Sequential:
    """Modules that run one after the other, by name."""
    return nn.Sequential(OrderedDict(steps))


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


class Level(nn.Module):
    def __init__(self, c: int) -> None:
        super().__init__()
        self.high = sequence(conv=nn.Conv2d(c, c, 3, padding=1, bias=False))
        self.low = sequence(
            max_pool=nn.MaxPool2d(2),
            conv=nn.Conv2d(c, c, 3, padding=1, bias=False),
        )
        self.mid = sequence(inner=nn.Conv2d(c, c, 3, padding=1, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        return self.high(x) + F.interpolate(self.mid(self.low(x)), scale_factor=2)


class Level2(nn.Module):
    def __init__(self, c: int, mid: nn.Module) -> None:
        super().__init__()
        self.high = sequence(conv=nn.Conv2d(c, c, 3, padding=1, bias=False))
        self.low = sequence(
            max_pool=nn.MaxPool2d(2),
            conv=nn.Conv2d(c, c, 3, padding=1, bias=False),
        )
        self.mid = sequence(level=mid)

    def forward(self, x: Tensor) -> Tensor:
        return self.high(x) + F.interpolate(self.mid(self.low(x)), scale_factor=2)


def check_sizes(x: Tensor) -> None:
    """Refuses sizes that the model does not work for."""
    if x.dim() != 4 or x.shape[1] != x.shape[2] or x.shape[3] != 3:
        raise ValueError(f"Stacked takes x: [N, S, S, 3], not {list(x.shape)}")
    s = x.shape[1]
    if s % 16 not in (0, 15):
        raise ValueError(f"Stacked requires S % 16 in {{0, 15}}, but S is {s}")


class Model(nn.Module):
    """Stacked: x [N, S, S, 3] -> output [N, ⌈S/2⌉, ⌈S/2⌉, 64]"""

    def __init__(self) -> None:
        super().__init__()
        self.maps = sequence(
            conv=nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
            grow=nn.Sequential(
                sequence(level=Level2(64, mid=Level2(64, mid=Level(64)))),
                sequence(level=Level2(64, mid=Level2(64, mid=Level(64)))),
                sequence(level=Level2(64, mid=Level2(64, mid=Level(64)))),
                sequence(level=Level2(64, mid=Level2(64, mid=Level(64)))),
            ),
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws fresh weights as the text says; biases are 0 where nothing is said."""
        initialise(self, nn.Conv2d, nn.init.xavier_uniform_)

    def forward(self, x: Tensor) -> Tensor:
        check_sizes(x)
        x = x.permute(0, 3, 1, 2)
        return self.maps(x).permute(0, 2, 3, 1)


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
    return (waves("x").float(),)


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
    for name, output in {"output": result}.items():
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
