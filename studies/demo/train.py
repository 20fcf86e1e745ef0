"""Trains the small model in the box on scenes that are drawn while it trains, for as long as it may.

    python train.py --sprites DIR --models DIR --out DIR --seconds 300

DIR of --sprites holds fluent.tar and split.json (pack.py makes them), that of --models what `deepmacc build
specs/demo.dm:DemoFeatures --target torch --layout nchw` wrote, and :DemoHead the same.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from archive import load
from render import HARD, OBJECTS, PLAIN, Scenes, Style, render
from sprites import Sprites
from textures import Bank

sys.path.insert(0, str(Path(__file__).parent.parent / "synthetic"))
from geometry import coordinates, crop
from scenes import scaled
from slots import load_model

JITTERED = 0.5
DEVIATION = 0.06


class Network(nn.Module):
    """Both halves of the demo model; masks of `size` cells along each side."""

    def __init__(self, models: Path, size: int) -> None:
        super().__init__()
        self.size = size
        self.features = load_model(models / "DemoFeatures")
        self.head = load_model(models / "DemoHead")
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.num_batches_tracked = None

    def forward(self, pixels: Tensor, boxes: Tensor, source: Tensor) -> Tensor:
        """Logits [K, size, size] for boxes [K, 4] of the images that `source` [K] says."""
        maps = self.features(pixels).float()[source]
        grid = coordinates(self.size, boxes.device).expand(len(boxes), -1, -1, -1)
        with torch.autocast(boxes.device.type, enabled=False):
            seen = torch.cat([grid, crop(maps, boxes, self.size)], 1)
        return self.head(seen.contiguous(memory_format=torch.channels_last))[:, 0].float()


class Pool:
    """Scenes on the device; new ones replace the oldest."""

    def __init__(self, sprites: Sprites, bank: Bank, styles: list[Style], count: int, piece: int) -> None:
        self.sprites, self.bank, self.styles, self.piece, self.next, self.turn = sprites, bank, styles, piece, 0, 0
        drawn = [self.draw() for _ in range(count // piece)]
        self.all = Scenes(*(torch.cat([getattr(part, name) for part in drawn]) for name in Scenes.__annotations__))

    def draw(self) -> Scenes:
        self.turn += 1
        if self.turn % 8 == 0:
            self.bank.refresh()
        return render(self.sprites, self.bank, self.styles[self.turn % len(self.styles)], self.piece)

    def refresh(self) -> None:
        new = self.draw()
        for name in Scenes.__annotations__:
            getattr(self.all, name)[self.next : self.next + self.piece] = getattr(new, name)
        self.next = (self.next + self.piece) % len(self.all.images)


class Trainer:
    """One step: images of the pool, four instances of each, boxes moved a little, Adam."""

    def __init__(self, network: Network, pool: Pool, images: int, per_image: int) -> None:
        self.network, self.pool, self.images, self.per_image = network, pool, images, per_image
        device = pool.bank.device
        self.rate = torch.zeros((), device=device)
        self.loss = torch.zeros((), device=device)
        self.cuda = device.type == "cuda"
        self.optimiser = torch.optim.AdamW(
            network.parameters(), lr=self.rate, weight_decay=1e-3, fused=True, capturable=self.cuda
        )
        self.graph: torch.cuda.CUDAGraph | None = None

    def batch(self) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Pixels, boxes, which image, the mask in each box, and its weight."""
        scenes, device = self.pool.all, self.rate.device
        rows = torch.randint(len(scenes.images), (self.images,), device=device)
        keys = torch.rand(self.images, OBJECTS, device=device) + 2 * ~scenes.valid[rows]
        least, order = keys.sort(1)
        order, weight = order[:, : self.per_image].flatten(), (least[:, : self.per_image] < 1).float().flatten()
        source = torch.arange(self.images, device=device).repeat_interleave(self.per_image)
        boxes = jittered(scenes.boxes[rows][source, order])
        truth = (scenes.ids[rows][source] == (order + 1)[:, None, None]).float()
        pixels = scaled(scenes.images[rows]).contiguous(memory_format=torch.channels_last)
        return pixels, boxes, source, crop(truth[:, None], boxes, self.network.size)[:, 0], weight

    def step(self) -> None:
        with torch.no_grad():
            pixels, boxes, source, truth, weight = self.batch()
        device = self.rate.device.type
        with torch.autocast(device, torch.bfloat16, enabled=self.cuda, cache_enabled=False):
            logits = self.network(pixels, boxes, source)
        losses = F.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean((1, 2))
        loss = (losses * weight).sum() / weight.sum()
        loss.backward()
        self.optimiser.step()
        self.loss.lerp_(loss.detach(), 0.02)

    def capture(self) -> None:
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.optimiser.zero_grad(set_to_none=True)
                self.step()
        torch.cuda.current_stream().wait_stream(stream)
        torch.cuda.synchronize()
        self.optimiser.zero_grad(set_to_none=True)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.step()

    def advance(self) -> None:
        if self.graph:
            self.graph.replay()
        else:
            self.optimiser.zero_grad(set_to_none=True)
            self.step()

    @torch.no_grad()
    def settle(self, batches: int) -> None:
        """Moving statistics as means over many batches: the head's text keeps those of the last batch alone."""
        norms = [module for module in self.network.modules() if isinstance(module, nn.BatchNorm2d)]
        kept = [norm.momentum for norm in norms]
        for batch in range(batches):
            for norm in norms:
                norm.momentum = 1 / (batch + 1)
            pixels, boxes, source, _, _ = self.batch()
            with torch.autocast(self.rate.device.type, torch.bfloat16, enabled=self.cuda):
                self.network(pixels, boxes, source)
        for norm, momentum in zip(norms, kept, strict=True):
            norm.momentum = momentum


def jittered(boxes: Tensor) -> Tensor:
    """Half of the boxes with each side moved, as people draw them."""
    size = (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
    chosen = (torch.rand(len(boxes), 1, device=boxes.device) < JITTERED).float()
    moved = boxes + torch.randn_like(boxes) * DEVIATION * size * chosen
    return torch.cat([moved[:, :2], torch.maximum(moved[:, 2:], moved[:, :2] + 0.03)], 1)


def rate_at(share: float, peak: float) -> float:
    """One cycle over the whole training, up in the first tenth."""
    if share < 0.1:
        return peak * (0.04 + 0.96 * share / 0.1)
    return peak * max(0.0, 1 - (share - 0.1) / 0.9)


def train(trainer: Trainer, options: argparse.Namespace) -> dict[str, object]:
    """Until the time is over: how many steps fit is measured in the first seconds."""
    started = time.monotonic()
    steps, history = 0, []
    while (share := (time.monotonic() - started) / options.seconds) < 1 and steps < options.steps:
        trainer.rate.fill_(rate_at(max(share, steps / options.steps), options.rate))
        for _ in range(options.every):
            trainer.advance()
        trainer.pool.refresh()
        steps += options.every
        if steps % (20 * options.every) == 0:
            loss = trainer.loss.item()  # waits for the device, so that steps are not sent far ahead
            history.append([steps, round(time.monotonic() - started, 2), round(loss, 5)])
            if len(history) % 10 == 1:
                print(*history[-1], flush=True)
    return {
        "steps": steps,
        "seconds": round(time.monotonic() - started, 1),
        "history": history[:: max(1, len(history) // 100)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sprites", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--size", type=int, default=128, help="pixels along each side of a scene")
    parser.add_argument("--crop", type=int, default=32, help="cells along each side of a mask")
    parser.add_argument("--images", type=int, default=64, help="images of a batch")
    parser.add_argument("--per-image", type=int, default=4, help="instances of each")
    parser.add_argument("--pool", type=int, default=4096, help="scenes that are kept")
    parser.add_argument("--after", type=Path, help="start when this file is there; it may hold SECONDS")
    parser.add_argument("--every", type=int, default=3, help="steps between new scenes")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    device = torch.device(options.device)
    if device.type == "cpu":
        torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = True
    split = json.loads((options.sprites / "split.json").read_text())
    known = {name for group in split["groups"].values() for name in group} - set(split["held_out"])
    sprites = load(options.sprites / "fluent.tar", device, known)
    bank = Bank(min(1024, options.pool), options.size, device, options.images)
    pool = Pool(sprites, bank, [HARD, PLAIN], options.pool, options.images)
    network = Network(options.models, options.crop).to(device)
    if device.type == "cuda":
        network = network.to(memory_format=torch.channels_last)
    trainer = Trainer(network, pool, options.images, options.per_image)
    if device.type == "cuda":
        trainer.capture()
    print("ready", flush=True)
    while options.after and not options.after.exists():
        time.sleep(0.1)
    if options.after and (seconds := options.after.read_text().strip()):
        options.seconds = float(seconds)
    told = train(trainer, options)
    trainer.settle(min(100, told["steps"]))
    state = {name: value.detach().cpu() for name, value in network.state_dict().items()}
    torch.save(state, options.out / "demo.pt")
    kept = {name: value for name, value in vars(options).items() if isinstance(value, (int, float, str))}
    device_name = torch.cuda.get_device_name() if device.type == "cuda" else "cpu"
    told = {"options": kept, "device": device_name, "torch": torch.__version__, **told}
    (options.out / "training.json").write_text(json.dumps(told) + "\n")
    print(f"{told['steps']} steps in {told['seconds']} s, loss {trainer.loss.item():.4f}")


if __name__ == "__main__":
    main()
