"""Scenes from sprites: drawn on the device, many at once, with the mask of every visible object."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from sprites import LONGEST, SIDE, Sprites
from textures import Bank, clouds, uniform

OBJECTS = 6
LEAST_VISIBLE = 0.35
LEAST_AREA = 60


@dataclass(frozen=True)
class Style:
    """How scenes are drawn; sizes are shares of the image's side."""

    objects: tuple[int, int]
    sizes: tuple[float, float]
    textured: float
    any_hue: float
    faint: float


PLAIN = Style(objects=(3, 6), sizes=(0.20, 0.62), textured=0.2, any_hue=0.25, faint=0.0)
HARD = Style(objects=(1, 6), sizes=(0.20, 1.25), textured=0.65, any_hue=0.55, faint=0.25)


@dataclass(frozen=True)
class Scenes:
    images: Tensor  # [n, 3, S, S] bytes
    ids: Tensor  # [n, S, S] bytes: 1 to 6, the object that is on top, or 0
    boxes: Tensor  # [n, 6, 4] y0, x0, y1, x1 from 0 to 1, around what is visible
    valid: Tensor  # [n, 6] whether enough is visible
    sprite: Tensor  # [n, 6] which one


def chance(count: int, probability: float, device: torch.device) -> Tensor:
    """[count, 1, 1, 1] of 0 and 1."""
    return (torch.rand(count, 1, 1, 1, device=device) < probability).float()


def render(sprites: Sprites, bank: Bank, style: Style, count: int) -> Scenes:
    size, device = bank.size, bank.device
    canvas = ground(bank, count)
    ids = torch.zeros(count, size, size, dtype=torch.uint8, device=device)
    number = torch.randint(style.objects[0], style.objects[1] + 1, (count,), device=device)
    whole, chosen = [], []
    before: Tensor | None = None
    for index in range(OBJECTS):
        sprite = torch.randint(len(sprites.names), (count,), device=device)
        place, extent = placements(style, size, before, count, device)
        layer = sampled(sprites, sprite, place, extent, size)
        layer = layer * (index < number).float()[:, None, None, None]
        canvas, inside = drawn(canvas, layer, style, bank)
        ids = torch.where(inside, index + 1, ids)
        whole.append(inside.flatten(1).sum(1))
        chosen.append(sprite)
        before = torch.cat([place, extent[:, None]], 1)
    boxes, area = extents(ids)
    valid = (area >= LEAST_AREA) & (area >= LEAST_VISIBLE * torch.stack(whole, 1))
    pixels = (photographed(canvas) * 255).round().clamp(0, 255).byte()
    return Scenes(pixels, ids, boxes, valid, torch.stack(chosen, 1))


def ground(bank: Bank, count: int) -> Tensor:
    """A texture; in half of the scenes another below a wavy horizon; and up to three blobs."""
    device, size = bank.device, bank.size
    canvas = bank.take(count)
    line = torch.linspace(0, 1, size, device=device)
    height = uniform((count, 1, 1), 0.2, 0.8, device) + 0.2 * (clouds(count, size, device, 3)[:, :1] - 0.5)
    below = torch.sigmoid((line[:, None] - height) * size)[:, None] * chance(count, 0.5, device)
    canvas = torch.lerp(canvas, bank.take(count), below)
    for _ in range(3):
        x, y = uniform((2, count, 1, 1), 0, 1, device)
        far = torch.hypot(line[None, None, :] - x, line[None, :, None] - y)
        edge = uniform((count, 1, 1), 0.08, 0.3, device) + 0.25 * (clouds(count, size, device, 4) - 0.5)
        blob = torch.sigmoid((edge - far) * size * 0.7)[:, None] * chance(count, 0.5, device)
        canvas = torch.lerp(canvas, bank.take(count), blob)
    return canvas


def placements(
    style: Style, size: int, before: Tensor | None, count: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Middles [count, 2] (x, y) and longest sides [count], in pixels; often beside the object before."""
    low, high = (math.log(side * size) for side in style.sizes)
    extent = uniform((count,), low, high, device).exp()
    anywhere = uniform((count, 2), 0.1, 0.9, device) * size
    if before is None:
        return anywhere, extent
    angle = uniform((count,), 0, 2 * math.pi, device)
    far = uniform((count,), 0.35, 0.85, device) * (extent + before[:, 2]) / 2
    beside = before[:, :2] + far[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    chosen = torch.rand(count, 1, device=device) < 0.55
    return torch.where(chosen, beside.clamp(0.05 * size, 0.95 * size), anywhere), extent


def sampled(sprites: Sprites, sprite: Tensor, place: Tensor, extent: Tensor, size: int) -> Tensor:
    """[count, 4, size, size] premultiplied, from 0 to 1: sprites turned, sheared, mirrored and moved."""
    count = len(sprite)
    small = LONGEST / extent
    level = (small > 1.5).long() + (small > 3).long()
    picture = sprites.levels[level, sprite].float() / 255
    grid = F.affine_grid(inverse(place, extent, size), [count, 4, size, size], align_corners=False)
    return F.grid_sample(picture, grid, align_corners=False)


def inverse(place: Tensor, extent: Tensor, size: int) -> Tensor:
    """[count, 2, 3]: from places in the image to places in the sprite, both from -1 to 1."""
    count, device = len(place), place.device
    upright = torch.rand(count, device=device) < 0.7
    angle = torch.where(
        upright, torch.randn(count, device=device) * math.radians(14), uniform((count,), 0, 6.3, device)
    )
    aspect = (0.05 * torch.randn(count, device=device)).exp()
    shear = 0.07 * torch.randn(count, device=device)
    mirror = torch.where(torch.rand(count, device=device) < 0.5, -1.0, 1.0)
    cos, sin = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([cos, -sin], 1), torch.stack([sin, cos], 1)], 1)
    zero = torch.zeros_like(aspect)
    form = torch.stack([torch.stack([aspect * mirror, shear], 1), torch.stack([zero, 1 / aspect], 1)], 1)
    forward = turn @ form * (extent / LONGEST)[:, None, None]
    back = torch.linalg.inv_ex(forward)[0]
    moved = -back @ (place - size / 2)[..., None] * (2 / SIDE)
    return torch.cat([back * (size / SIDE), moved], 2)


def drawn(canvas: Tensor, layer: Tensor, style: Style, bank: Bank) -> tuple[Tensor, Tensor]:
    """The canvas with one more object, and where it is [count, S, S]."""
    alpha = layer[:, 3:]
    colour = recoloured(layer[:, :3] / alpha.clamp_min(0.02), style)
    colour = surfaced(colour, canvas, alpha, style, bank)
    canvas = canvas * (1 - shadow(alpha))
    return torch.lerp(canvas, colour.clamp(0, 1), alpha), alpha[:, 0] > 0.5


def recoloured(colour: Tensor, style: Style) -> Tensor:
    """Hue turned about grey, saturation, gamma and gain changed; a few are grey."""
    count, device = len(colour), colour.device
    free = torch.rand(count, device=device) < style.any_hue
    angle = torch.where(free, uniform((count,), 0, 6.3, device), torch.randn(count, device=device) * math.radians(16))
    cos, sin = angle.cos(), angle.sin()
    same, next_, last = cos + (1 - cos) / 3, (1 - cos) / 3 - sin / 3**0.5, (1 - cos) / 3 + sin / 3**0.5
    turn = torch.stack([same, next_, last, last, same, next_, next_, last, same], 1).view(count, 3, 3)
    colour = (turn @ colour.flatten(2)).view_as(colour)
    saturation = uniform((count, 1, 1, 1), 0.4, 1.3, device) * (1 - chance(count, 0.06, device))
    grey = colour.mean(1, keepdim=True)
    gamma = uniform((count, 1, 1, 1), math.log(0.7), math.log(1.4), device).exp()
    gain = uniform((count, 1, 1, 1), 0.55, 1.2, device)
    return gain * torch.lerp(grey, colour, saturation).clamp(0.001, 1) ** gamma


def surfaced(colour: Tensor, canvas: Tensor, alpha: Tensor, style: Style, bank: Bank) -> Tensor:
    """A texture over the object that keeps its light and dark; shading from one side; or colours near those around."""
    count, device, size = len(colour), colour.device, bank.size
    light = (0.5 + colour.mean(1, keepdim=True)).clamp(0.4, 1.2)
    share = uniform((count, 1, 1, 1), 0.35, 1.0, device) * chance(count, style.textured, device)
    colour = torch.lerp(colour, bank.take(count) * light, share)
    line = torch.linspace(-0.5, 0.5, size, device=device)
    slope = torch.randn(2, count, 1, 1, 1, device=device) * 0.6 * chance(count, 0.35, device)
    colour = colour * (1 + slope[0] * line + slope[1] * line[:, None]).clamp(0.3, 1.7)
    weight = alpha.sum((2, 3), keepdim=True).clamp_min(1)
    under, own = ((picture * alpha).sum((2, 3), keepdim=True) / weight for picture in (canvas, colour))
    near = uniform((count, 1, 1, 1), 0.4, 0.85, device) * chance(count, style.faint, device)
    return colour + near * (under - own)


def shadow(alpha: Tensor) -> Tensor:
    """Under half of the objects, soft, moved to one side; one direction and softness for all that are drawn at once."""
    count, device = len(alpha), alpha.device
    dx, dy, radius = (int(value) for value in torch.randint(-5, 6, (3,)))
    soft = F.avg_pool2d(alpha, 2 * abs(radius) + 3, 1, abs(radius) + 1)
    opacity = uniform((count, 1, 1, 1), 0.15, 0.6, device) * chance(count, 0.5, device)
    return torch.roll(soft, (dy, dx), (2, 3)) * opacity


def extents(ids: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes [n, 6, 4] from 0 to 1 and areas [n, 6] of what is on top."""
    size = ids.shape[-1]
    masks = ids[:, None] == torch.arange(1, OBJECTS + 1, device=ids.device, dtype=torch.uint8)[:, None, None]
    sides = []
    for axis in (3, 2):
        there = masks.any(axis).float()
        sides += [there.argmax(-1), size - there.flip(-1).argmax(-1)]
    y0, y1, x0, x1 = sides
    return torch.stack([y0, x0, y1, x1], -1) / size, masks.flatten(2).sum(-1)


def photographed(canvas: Tensor) -> Tensor:
    """Light, colour balance, blur, noise and the traces of JPEG."""
    count, device, size = len(canvas), canvas.device, canvas.shape[-1]
    line = torch.linspace(-0.5, 0.5, size, device=device)
    slope = torch.randn(2, count, 1, 1, 1, device=device) * 0.35 * chance(count, 0.4, device)
    canvas = canvas * (1 + slope[0] * line + slope[1] * line[:, None]).clamp(0.4, 1.6)
    canvas = (
        canvas * uniform((count, 1, 1, 1), 0.75, 1.15, device) * (1 + 0.05 * torch.randn(count, 3, 1, 1, device=device))
    )
    soft = uniform((count, 1, 1, 1), 0.2, 1, device) * chance(count, 0.5, device)
    canvas = torch.lerp(canvas, F.avg_pool2d(F.pad(canvas, (1, 1, 1, 1), mode="replicate"), 3, 1), soft)
    canvas = canvas + uniform((count, 1, 1, 1), 0, 0.03, device) * torch.randn_like(canvas)
    return jpeg(canvas.clamp(0, 1), chance(count, 0.5, device)).clamp(0, 1)


def jpeg(pixels: Tensor, where: Tensor) -> Tensor:
    """Blocks of 8 by 8 whose frequencies are rounded, as a JPEG file of quality 35 to 95 does."""
    count, _, size, _ = pixels.shape
    k = torch.arange(8, device=pixels.device, dtype=torch.float32)
    waves = torch.cos((2 * k + 1) * k[:, None] * math.pi / 16) * 0.5
    waves[0] /= 2**0.5
    blocks = pixels.view(count, 3, size // 8, 8, size // 8, 8).transpose(3, 4) - 0.5
    frequencies = waves @ blocks @ waves.T
    quality = uniform((count, 1, 1, 1, 1, 1), 35, 95, pixels.device)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    steps = (10 + 6 * (k + k[:, None])) / 255 * scale
    rounded = waves.T @ ((frequencies / steps).round() * steps) @ waves + 0.5
    return torch.lerp(pixels, rounded.transpose(3, 4).reshape_as(pixels), where)
