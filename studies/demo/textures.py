"""Grounds and surfaces: gradients, clouds, stripes, checks, dots, fur, patches, in any colours."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

KINDS = 8


def uniform(shape: tuple[int, ...], low: float, high: float, device: torch.device) -> Tensor:
    return torch.rand(shape, device=device) * (high - low) + low


def clouds(count: int, size: int, device: torch.device, finest: int = 6) -> Tensor:
    """[count, size, size] from 0 to 1: smooth noise, finer and finer, each octave weaker by a factor of its own."""
    total = torch.zeros(count, 1, size, size, device=device)
    weight = torch.ones(count, 1, 1, 1, device=device)
    fading = uniform((count, 1, 1, 1), 0.3, 0.95, device)
    for octave in range(finest):
        cells = 2 + 2**octave
        values = torch.rand(count, 1, cells, cells, device=device) - 0.5
        total += weight * F.interpolate(values, size=(size, size), mode="bicubic", align_corners=True)
        weight = weight * fading
    flat = total.flatten(1)
    low, high = flat.amin(1), flat.amax(1)
    return ((flat - low[:, None]) / (high - low).clamp_min(1e-3)[:, None]).view(count, size, size)


def turned(count: int, size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Coordinates u and v [count, size, size] from about -1 to 1, turned, moved and warped."""
    line = torch.linspace(-1, 1, size, device=device)
    y, x = torch.meshgrid(line, line, indexing="ij")
    angle = uniform((count, 1, 1), 0, 2 * math.pi, device)
    bend = uniform((2, count, 1, 1), 0, 1, device) ** 3
    warp = torch.stack([clouds(count, size, device, 3), clouds(count, size, device, 3)]) * bend
    x = x + uniform((count, 1, 1), -0.5, 0.5, device) + warp[0]
    y = y + uniform((count, 1, 1), -0.5, 0.5, device) + warp[1]
    return x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()


def hairs(u: Tensor, v: Tensor) -> Tensor:
    """Noise that is drawn out along u: fur, grass, wood."""
    count = len(u)
    noise = torch.rand(count, 1, 256, 256, device=u.device)
    thin = uniform((count, 1, 1), 0.2, 0.6, u.device)
    long = thin * uniform((count, 1, 1), 0.05, 0.4, u.device)
    grid = torch.stack([u * long, v * thin], -1)
    return F.grid_sample(noise, grid, padding_mode="reflection", align_corners=False)[:, 0]


def colours(count: int, device: torch.device) -> Tensor:
    """[count, 3]: any hue; saturation and value mostly moderate, as in photographs."""
    hue, saturation, value = torch.rand(3, count, device=device)
    saturation, value = saturation**1.3, 0.05 + 0.95 * value**0.8
    offsets = torch.tensor([5.0, 3.0, 1.0], device=device)
    place = (offsets + 6 * hue[:, None]) % 6
    dip = torch.minimum(place, 4 - place).clamp(0, 1)
    return value[:, None] * (1 - saturation[:, None] * dip)


def patterns(count: int, size: int, device: torch.device) -> Tensor:
    """[count, size, size] from 0 to 1, of a kind drawn for each."""
    u, v = turned(count, size, device)
    fine = uniform((count, 1, 1), 1.2, 3.6, device).exp()
    soft = uniform((count, 1, 1), 0, 3, device).exp()
    cloud = clouds(count, size, device)
    waves = (u * fine).sin(), (v * fine).sin()
    kinds = [
        0.5 + 0.5 * u,
        (u.square() + v.square()).sqrt(),
        cloud,
        torch.sigmoid(soft * waves[0]),
        torch.sigmoid(4 * soft * waves[0] * waves[1]),
        torch.sigmoid(soft * (waves[0] + waves[1] - 0.8)),
        hairs(u, v),
        torch.sigmoid(30 * (cloud - 0.5)),
    ]
    chosen = torch.randint(KINDS, (count,), device=device)
    return torch.stack(kinds, 1)[torch.arange(count, device=device), chosen].clamp(0, 1)


def textures(count: int, size: int, device: torch.device) -> Tensor:
    """[count, 3, size, size] from 0 to 1: two colours by a pattern, and clouds of a third."""
    first, second, third = (colours(count, device)[..., None, None] for _ in range(3))
    near = (torch.rand(count, 1, 1, 1, device=device) < 0.5).float() * uniform((count, 1, 1, 1), 0.5, 0.9, device)
    second = torch.lerp(second, first, near)
    mixed = torch.lerp(first, second, patterns(count, size, device)[:, None])
    share = uniform((count, 1, 1, 1), -0.5, 0.6, device).clamp_min(0)
    mixed = torch.lerp(mixed, third, share * clouds(count, size, device)[:, None])
    grain = uniform((count, 1, 1, 1), -0.15, 0.25, device).clamp_min(0)
    return (mixed + grain * (clouds(count, size, device, 7)[:, None] - 0.5)).clamp(0, 1)


class Bank:
    """Textures that are used again in other places, and replaced little by little."""

    def __init__(self, count: int, size: int, device: torch.device, piece: int = 64) -> None:
        self.piece, self.size, self.device, self.next = piece, size, device, 0
        self.all = torch.cat([textures(piece, size, device).half() for _ in range(count // piece)])

    def refresh(self) -> None:
        self.all[self.next : self.next + self.piece] = textures(self.piece, self.size, self.device).half()
        self.next = (self.next + self.piece) % len(self.all)

    def take(self, count: int) -> Tensor:
        chosen = self.all[torch.randint(len(self.all), (count,), device=self.device)].float()
        mirrored = torch.rand(count, 1, 1, 1, device=self.device) < 0.5
        return torch.where(mirrored, chosen.flip(-1), chosen.transpose(-1, -2))
