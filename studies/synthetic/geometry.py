"""Crops of boxes and the way back, as matrix products, in the convention of Deep-MAC.

Boxes are [y0, x0, y1, x1] from 0 to 1. Samples of a crop stand on its corners, and what lies outside a
map reads 0 (crop_and_resize in the language; paste with `reframe`).
"""

import torch
from torch import Tensor


def tents(places: Tensor, size: int) -> Tensor:
    """Weights [.., size] of linear interpolation at `places` [..] of an axis of `size` samples."""
    samples = torch.arange(size, device=places.device, dtype=places.dtype)
    return (1 - (places[..., None] - samples).abs()).clamp_min(0)


def crop_weights(low: Tensor, high: Tensor, count: int, size: int) -> Tensor:
    """[K, count, size]: `count` samples from `low` to `high` [K] of an axis of `size` samples."""
    step = torch.linspace(0, 1, count, device=low.device)
    places = (low[:, None] + step * (high - low)[:, None]) * (size - 1)
    return tents(places, size)


def crop(maps: Tensor, boxes: Tensor, count: int) -> Tensor:
    """[K, C, count, count] out of `maps` [K, C, H, W], one map for each of `boxes` [K, 4]."""
    height, width = maps.shape[-2:]
    rows = crop_weights(boxes[:, 0], boxes[:, 2], count, height)[:, None]
    columns = crop_weights(boxes[:, 1], boxes[:, 3], count, width)[:, None]
    return rows @ maps @ columns.transpose(-1, -2)


def paste_weights(low: Tensor, high: Tensor, count: int, size: int) -> Tensor:
    """[K, size, count]: what each of `size` pixels reads of a mask of `count` cells between `low` and `high`."""
    pixels = torch.linspace(0, 1, size, device=low.device)
    extent = (high - low).clamp_min(1e-4)[:, None]
    places = (pixels - low[:, None]) / extent * (count - 1)
    inside = (places >= 0) & (places <= count - 1)
    return tents(places, count) * inside[..., None]


def paste(masks: Tensor, boxes: Tensor, size: int) -> Tensor:
    """Probabilities [K, S, S] of boxes as binary masks [K, size, size] of the image."""
    rows = paste_weights(boxes[:, 0], boxes[:, 2], masks.shape[-2], size)
    columns = paste_weights(boxes[:, 1], boxes[:, 3], masks.shape[-1], size)
    return rows @ masks @ columns.transpose(-1, -2) > 0.5


def coordinates(size: int, device: torch.device) -> Tensor:
    """[2, size, size]: y, then x, from -1 to 1."""
    line = torch.linspace(-1, 1, size, device=device)
    return torch.stack(torch.meshgrid(line, line, indexing="ij"))
