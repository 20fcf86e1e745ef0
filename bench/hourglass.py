"""Hourglass mask heads (Deep-MAC, Tables 16 and 17) in plain PyTorch: the peer of our benchmarks."""

import torch
from torch import nn

LEVELS = {
    10: ([1, 1], [2, 2]),
    20: ([1, 2, 2], [2, 2, 3]),
    32: ([2, 2, 2, 2], [2, 2, 3, 3]),
    52: ([2, 2, 2, 2, 2, 4], [2, 2, 3, 3, 3, 4]),
    100: ([4, 4, 4, 4, 4, 8], [2, 2, 3, 3, 3, 4]),
}


def norm(c: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(c, eps=1e-5, momentum=0.9)


class Unit(nn.Module):
    def __init__(self, c_in: int, c: int, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c, 3, stride, 1, bias=False)
        self.bn = norm(c)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.bn(self.conv(x)))


class Basic(nn.Module):
    def __init__(self, c_in: int, c: int, stride: int = 1):
        super().__init__()
        self.unit = Unit(c_in, c, stride)
        self.conv = nn.Conv2d(c, c, 3, 1, 1, bias=False)
        self.bn = norm(c)
        same = stride == 1 and c_in == c
        self.shortcut = nn.Identity() if same else nn.Sequential(nn.Conv2d(c_in, c, 1, stride, bias=False), norm(c))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.bn(self.conv(self.unit(x))) + self.shortcut(x))


def stage(c_in: int, c: int, n: int, stride: int = 1, via: int | None = None) -> nn.Sequential:
    widths = [via or c] * (n - 1) + [c]
    inputs = [c_in] + widths[:-1]
    return nn.Sequential(*(Basic(a, b, stride if i == 0 else 1) for i, (a, b) in enumerate(zip(inputs, widths))))


class Hourglass(nn.Module):
    def __init__(self, c: list[int], n: list[int]):
        super().__init__()
        self.lrs = stage(c[0], c[0], n[0])
        self.low = stage(c[0], c[1], n[0], stride=2)
        self.inner = Hourglass(c[1:], n[1:]) if len(c) > 2 else stage(c[1], c[1], n[1])
        self.up = nn.Sequential(stage(c[1], c[0], n[0], via=c[1]), nn.Upsample(scale_factor=2, mode="nearest"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.up(self.inner(self.low(x))) + self.lrs(x)


def head(depth: int, channels: int = 50, nc: int = 64) -> nn.Module:
    n, width = LEVELS[depth]
    c = [nc * w for w in width]
    trunk = [Unit(channels, nc), Basic(nc, c[0]), Hourglass(c, n), Unit(c[0], c[0])]
    return nn.Sequential(*trunk, nn.Conv2d(c[0], 1, 1)).eval()
