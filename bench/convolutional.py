"""The ResNet heads of Deep-MAC (Table 14) and the head of Mask R-CNN in plain PyTorch: peers of our benchmarks."""

import torch
from torch import nn

LEVELS = {4: ([2], [2]), 20: ([8, 2], [2, 3])}


class Preact(nn.Module):
    def __init__(self, c_in: int, c: int, project: bool):
        super().__init__()
        self.act = nn.Sequential(nn.BatchNorm2d(c_in, eps=1.001e-5), nn.ReLU())
        self.project = nn.Conv2d(c_in, c, 1) if project else None
        widths = [c_in, c, c]
        self.body = nn.Sequential(
            *(
                nn.Sequential(nn.Conv2d(a, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b, eps=1.001e-5), nn.ReLU())
                for a, b in zip(widths, widths[1:])
            )
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        act = self.act(x)
        return self.body(act) + (x if self.project is None else self.project(act))


def resnet(depth: int, channels: int = 50, nc: int = 64) -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(channels, nc, 1)]
    before = nc
    for n, width in zip(*LEVELS[depth]):
        for i in range(n):
            layers.append(Preact(before, nc * width, i == 0))
            before = nc * width
    return nn.Sequential(*layers, nn.Conv2d(before, 1, 1)).eval()


def mask_rcnn(c: int = 256) -> nn.Module:
    def unit() -> list[nn.Module]:
        return [nn.Conv2d(c, c, 3, 1, 1), nn.BatchNorm2d(c, eps=1e-4), nn.ReLU()]

    up = [nn.ConvTranspose2d(c, c, 2, 2), nn.BatchNorm2d(c, eps=1e-4), nn.ReLU()]
    return nn.Sequential(*(layer for _ in range(4) for layer in unit()), *up, nn.Conv2d(c, 1, 1)).eval()
