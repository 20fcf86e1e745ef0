"""A place where runs of one head follow each other: its networks, its optimiser, and one step of training.

On a GPU the step is captured once as a CUDA graph and replayed. These networks are so small that a step is mostly
the starting of kernels; several slots replay side by side, each on a stream of its own.
"""

import importlib.util
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from draws import IMAGES, INSTANCES, Draws
from geometry import coordinates, crop, paste
from scenes import SIZE, Scenes, scaled

CROP = 32
PEAK = 2e-3


def load_model(folder: Path) -> nn.Module:
    """A fresh network of a directory that `deepmacc build --target torch` wrote."""
    spec = importlib.util.spec_from_file_location(folder.name, folder / "model.py")
    assert spec and spec.loader, folder
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Model()


def one_cycle(steps: int) -> Tensor:
    """[steps] learning rates: up from a 25th of the peak in 30 % of the steps, down to nothing, both along cosines."""
    at = torch.arange(steps) / max(1, steps - 1)
    up = 0.5 - 0.5 * torch.cos(torch.pi * at / 0.3)
    down = 0.5 + 0.5 * torch.cos(torch.pi * (at - 0.3) / 0.7)
    return PEAK * torch.where(at < 0.3, 0.04 + 0.96 * up, 1e-5 + (1 - 1e-5) * down)


class Slot:
    """Runs of one head, one after the other."""

    def __init__(self, models: Path, head: str, steps: int, device: torch.device) -> None:
        self.models, self.head_name, self.steps, self.device = models, head, steps, device
        self.backbone, self.head = (load_model(models / name).to(device) for name in ("Backbone", head))
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.num_batches_tracked = None  # counts batches, for nothing here, in a kernel of its own
        self.parameters = [p for network in (self.backbone, self.head) for p in network.parameters()]
        self.grid = coordinates(CROP, device).expand(INSTANCES, 2, CROP, CROP)
        self.rates = one_cycle(steps).to(device)
        self.rate = torch.zeros((), device=device)
        self.at = torch.zeros(1, dtype=torch.long, device=device)
        self.losses = torch.zeros(steps, device=device)
        cuda = device.type == "cuda"
        self.optimiser = torch.optim.Adam(self.parameters, lr=self.rate, capturable=cuda, fused=True)
        self.stream = torch.cuda.Stream() if cuda else None
        self.graph: torch.cuda.CUDAGraph | None = None
        self.scenes: Scenes | None = None
        self.draws: Draws | None = None
        self.done = 0

    def modules(self) -> list[nn.Module]:
        return [*self.backbone.modules(), *self.head.modules()]

    def start(self, scenes: Scenes, draws: Draws, seed: int) -> None:
        """Fresh weights by seed, and the data of a run; a captured step keeps its memory and reads these."""
        torch.manual_seed(seed)
        for own, name in ((self.backbone, "Backbone"), (self.head, self.head_name)):
            own.load_state_dict(load_model(self.models / name).state_dict(), strict=False)
        for state in self.optimiser.state.values():
            for value in state.values():
                value.zero_()
        self.at.zero_()
        self.done = 0
        if self.scenes is None or self.draws is None:
            copies = (scenes.images.clone(), scenes.ids.clone())
            self.scenes = Scenes(*copies, scenes.image, scenes.id, scenes.category, scenes.boxes, scenes.classes)
            self.draws = Draws(*(table.clone() for table in draws.tensors()))
        else:
            self.scenes.images.copy_(scenes.images)
            self.scenes.ids.copy_(scenes.ids)
            for own, new in zip(self.draws.tensors(), draws.tensors(), strict=True):
                own.copy_(new)

    def step(self) -> None:
        """One step of Adam on the mean of 32 masks."""
        logits, truth = self.predict(self.at)
        loss = F.binary_cross_entropy_with_logits(logits, truth)
        loss.backward()
        self.rate.copy_(self.rates[self.at][0])
        self.optimiser.step()
        self.losses.index_copy_(0, self.at, loss.detach()[None])
        self.at += 1

    def predict(self, at: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and true masks [32, 32, 32] of the batch of one step [1]."""
        assert self.scenes and self.draws
        images, mirrored, source, ids, boxes = (table[at][0] for table in self.draws.tensors())
        turned = mirrored[:, None, None]
        pixels, owners = self.scenes.images[images], self.scenes.ids[images]
        pixels = scaled(torch.where(turned[..., None], pixels.flip(-1), pixels))
        owners = torch.where(turned, owners.flip(-1), owners)
        truth = (owners[source] == ids[:, None, None]).float()
        # A matrix product picks the map of each instance: its gradient adds up in a fixed order.
        logits = self.logits(pixels, boxes, one_hot(source, IMAGES), self.grid)
        return logits[:, 0], crop(truth[:, None], boxes, CROP)[:, 0]

    def logits(self, pixels: Tensor, boxes: Tensor, pick: Tensor, grid: Tensor) -> Tensor:
        """[K, 1, 32, 32] for K boxes, of the images that `pick` [K, n] says."""
        features = self.backbone(pixels)
        maps = (pick @ features.flatten(1)).view(-1, *features.shape[1:])
        return self.head(torch.cat([grid, crop(maps, boxes, CROP)], 1))

    def capture(self) -> None:
        """Records one step; what the trial steps before it change is put back by the next `start`."""
        assert self.stream
        self.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self.stream):
            for _ in range(3):
                self.optimiser.zero_grad(set_to_none=True)
                self.step()
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        self.optimiser.zero_grad(set_to_none=True)
        with torch.cuda.graph(self.graph, stream=self.stream):
            self.step()

    def advance(self, count: int) -> None:
        """The next `count` steps, or those that are left."""
        count = min(count, self.steps - self.done)
        self.done += count
        for _ in range(count):
            if self.graph is None:
                self.optimiser.zero_grad(set_to_none=True)
                self.step()
            else:
                self.graph.replay()

    @torch.no_grad()
    def settle(self, batches: int = 64) -> None:
        """Moving statistics as means over many batches, for every network alike. The text of the hourglass heads keeps
        those of the last batch, as the released code does; of 32 instances they are mostly noise.
        """
        norms = [module for module in self.modules() if isinstance(module, nn.BatchNorm2d)]
        kept = [norm.momentum for norm in norms]
        for batch in range(min(batches, self.steps)):
            for norm in norms:
                norm.momentum = 1 / (batch + 1)
            self.predict(torch.tensor([batch], device=self.device))
        for norm, momentum in zip(norms, kept, strict=True):
            norm.momentum = momentum

    @torch.no_grad()
    def overlaps(self, scenes: Scenes) -> Tensor:
        """[m] the IoU of every instance at its true box, in the whole image."""
        chunk = len(scenes.images) if self.device.type == "cuda" else 50
        self.backbone.eval()
        self.head.eval()
        found = []
        for first in range(0, len(scenes.images), chunk):
            rows = ((scenes.image >= first) & (scenes.image < first + chunk)).nonzero()[:, 0]
            boxes = scenes.boxes[rows]
            pixels = scaled(scenes.images[first : first + chunk])
            pick = one_hot(scenes.image[rows] - first, len(pixels))
            grid = coordinates(CROP, self.device).expand(len(rows), 2, CROP, CROP)
            masks = paste(self.logits(pixels, boxes, pick, grid)[:, 0].sigmoid(), boxes, SIZE)
            truth = scenes.ids[scenes.image[rows]] == scenes.id[rows][:, None, None]
            found.append(overlap(masks, truth))
        self.backbone.train()
        self.head.train()
        return torch.cat(found)


def one_hot(indices: Tensor, count: int) -> Tensor:
    """[K, count]; unlike PyTorch's, it never waits for the device."""
    return (indices[:, None] == torch.arange(count, device=indices.device)).float()


def overlap(masks: Tensor, truth: Tensor) -> Tensor:
    """[K] intersection over union of binary masks [K, H, W]."""
    both = (masks & truth).flatten(1).sum(1)
    either = (masks | truth).flatten(1).sum(1)
    return both / either.clamp_min(1)
