"""What every step of a run sees, drawn before it starts: tables with one row a step."""

from dataclasses import dataclass

import torch
from torch import Tensor

from scenes import Scenes

IMAGES = 16
INSTANCES = 32
JITTERED = 0.75
DEVIATION = 0.1


@dataclass(frozen=True)
class Draws:
    """For each of S steps: 16 images, whether each is mirrored, and 32 instances of them."""

    images: Tensor  # [S, 16] indices of images
    mirrored: Tensor  # [S, 16] bool
    source: Tensor  # [S, 32] which of the 16 images
    id: Tensor  # [S, 32] what its pixels hold in the map of ids
    boxes: Tensor  # [S, 32, 4] y0, x0, y1, x1 of the image as mirrored, jittered where the regime says so

    def to(self, device: torch.device) -> "Draws":
        return Draws(*(table.to(device) for table in self.tensors()))

    def tensors(self) -> tuple[Tensor, ...]:
        return (self.images, self.mirrored, self.source, self.id, self.boxes)


def draw(scenes: Scenes, allowed: Tensor, jitter: bool, steps: int, seed: int) -> Draws:
    """Images that have an instance with an `allowed` mask ([m] bool), every one once an epoch; of 16 of
    them 32 such instances without repeats where there are so many, else each again. All on the host.
    """
    random = torch.Generator().manual_seed(seed)
    rows = allowed.nonzero()[:, 0]
    owner = scenes.image[rows]
    images = epochs(owner.unique(), steps * IMAGES, random).view(steps, IMAGES)
    table, count = rows_of_images(rows, owner, len(scenes.images))
    candidates = table[images].flatten(1)
    exists = torch.arange(table.shape[1]) < count[images][..., None]
    keys = torch.rand(candidates.shape, generator=random).masked_fill(~exists.flatten(1), 2)
    order = keys.argsort(dim=1)
    total = exists.flatten(1).sum(1, keepdim=True)
    chosen = order.gather(1, torch.arange(INSTANCES) % total.clamp_max(candidates.shape[1]))
    instance = candidates.gather(1, chosen)
    source = chosen // table.shape[1]
    mirrored = torch.rand(images.shape, generator=random) < 0.5
    boxes = mirror(scenes.boxes[instance], mirrored.gather(1, source))
    if jitter:
        boxes = jittered(boxes, random)
    return Draws(images, mirrored, source, scenes.id[instance], boxes)


def epochs(images: Tensor, count: int, random: torch.Generator) -> Tensor:
    turns = -(-count // len(images))
    order = [images[torch.randperm(len(images), generator=random)] for _ in range(turns)]
    return torch.cat(order)[:count]


def rows_of_images(rows: Tensor, owner: Tensor, images: int) -> tuple[Tensor, Tensor]:
    """[n, most] the instances of every image, and how many they are. Instances come image by image."""
    count = torch.bincount(owner, minlength=images)
    place = torch.arange(len(owner)) - (count.cumsum(0) - count)[owner]
    table = torch.zeros(images, int(count.max()), dtype=torch.long)
    table[owner, place] = rows
    return table, count


def mirror(boxes: Tensor, mirrored: Tensor) -> Tensor:
    y0, x0, y1, x1 = boxes.unbind(-1)
    swapped = torch.stack([y0, 1 - x1, y1, 1 - x0], -1)
    return torch.where(mirrored[..., None], swapped, boxes)


def jittered(boxes: Tensor, random: torch.Generator) -> Tensor:
    """Moves each side of most boxes by a tenth of the box, and keeps a twentieth of the image between two sides."""
    size = (boxes[..., 2:] - boxes[..., :2]).repeat(1, 1, 2)
    noise = torch.randn(boxes.shape, generator=random) * DEVIATION * size
    chosen = torch.rand(boxes.shape[:2], generator=random) < JITTERED
    moved = boxes + noise * chosen[..., None]
    return torch.cat([moved[..., :2], torch.maximum(moved[..., 2:], moved[..., :2] + 0.05)], -1)
