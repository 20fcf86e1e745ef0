"""Pictures with an alpha channel, all of one size, on the device."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

SIDE = 192
LONGEST = 184
SIGMAS = (0.0, 1.3, 2.8)
"""Blur of the copies that are read where a sprite is drawn at its size, at half of it, and smaller."""


@dataclass(frozen=True)
class Sprites:
    """[3, n, 4, 192, 192] bytes: premultiplied red, green, blue, and alpha, at three sharpnesses."""

    levels: Tensor
    names: tuple[str, ...]


def sprites_of(pictures: Tensor, names: tuple[str, ...]) -> Sprites:
    """From pictures [n, 192, 192, 4] of bytes."""
    sharp = pictures.permute(0, 3, 1, 2).contiguous()
    return Sprites(torch.stack([blurred(sharp, sigma) for sigma in SIGMAS]), names)


def blurred(sharp: Tensor, sigma: float) -> Tensor:
    if sigma == 0:
        return sharp
    radius = int(3 * sigma)
    line = torch.arange(-radius, radius + 1, device=sharp.device) / sigma
    kernel = torch.exp(-line.square() / 2)
    kernel = (kernel / kernel.sum()).expand(4, 1, 1, -1)
    pieces = []
    for piece in sharp.split(128):
        rows = F.conv2d(piece.float(), kernel, padding=(0, radius), groups=4)
        both = F.conv2d(rows, kernel.transpose(2, 3), padding=(radius, 0), groups=4)
        pieces.append(both.round().byte())
    return torch.cat(pieces)
