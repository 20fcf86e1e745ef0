"""mIOU of the demo model at true boxes in three drawing styles, beside an ellipse and GrabCut, and sheets to look at.

python measure.py --sprites DIR --models DIR --weights demo.pt --out DIR
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from archive import load
from render import PLAIN, Scenes, render
from textures import Bank
from train import Network  # brings the folder of the study into reach

from geometry import coordinates, paste  # isort: skip
from scenes import scaled  # isort: skip
from slots import overlap  # isort: skip

SEED = 20260


def grab_cut(job: tuple[np.ndarray, tuple[int, int, int, int]]) -> np.ndarray:
    image, box = job
    mask = np.zeros(image.shape[:2], np.uint8)
    if box[2] * box[3] == mask.size:
        return np.ones_like(mask, bool)
    cv2.setNumThreads(1)
    cv2.setRNGSeed(0)
    cv2.grabCut(np.ascontiguousarray(image[..., ::-1]), mask, box, *np.zeros((2, 1, 65)), 3, cv2.GC_INIT_WITH_RECT)
    return (mask & 1).astype(bool)


@torch.no_grad()
def predicted(network: Network, scenes: Scenes, chunk: int = 50) -> tuple[Tensor, Tensor, Tensor]:
    """Binary masks [K, S, S] of all valid instances, their images and their objects."""
    masks, size = [], scenes.images.shape[-1]
    image, which = scenes.valid.nonzero(as_tuple=True)
    for first in range(0, len(scenes.images), chunk):
        rows = (image >= first) & (image < first + chunk)
        boxes = scenes.boxes[image[rows], which[rows]]
        logits = network(scaled(scenes.images[first : first + chunk]), boxes, image[rows] - first)
        masks.append(paste(logits.sigmoid(), boxes, size))
    return torch.cat(masks), image, which


def measure(network: Network, scenes: Scenes, held: Tensor) -> dict[str, float]:
    size = scenes.images.shape[-1]
    masks, image, which = predicted(network, scenes)
    truth = scenes.ids[image] == (which + 1)[:, None, None]
    boxes = scenes.boxes[image, which]
    y, x = coordinates(network.size, boxes.device)
    ellipse = (x.square() + y.square() <= 1).float().expand(len(boxes), -1, -1)
    result = {
        "instances": len(boxes),
        "model": percent(overlap(masks, truth)),
        "ellipse": percent(overlap(paste(ellipse, boxes, size), truth)),
    }
    picked = held[scenes.sprite[image, which]]
    if picked.any():
        result["model, held-out sprites"] = percent(overlap(masks, truth)[picked])
    pictures = scenes.images.permute(0, 2, 3, 1).cpu().numpy()
    sides = (boxes * size).round().int().tolist()
    jobs = [
        (pictures[i], (x0, y0, x1 - x0, y1 - y0)) for i, (y0, x0, y1, x1) in zip(image.tolist(), sides, strict=True)
    ]
    with ProcessPoolExecutor() as pool:
        cut = torch.from_numpy(np.stack(list(pool.map(grab_cut, jobs, chunksize=32))))
    result["GrabCut"] = percent(overlap(cut, truth.cpu()))
    return result


def percent(values: Tensor) -> float:
    return round(100 * values.double().mean().item(), 2)


def sheet(network: Network, scenes: Scenes, path: Path, columns: int = 8, rows: int = 4) -> None:
    """Scenes, and below each row the predicted masks in colours."""
    shown = Scenes(*(getattr(scenes, name)[: columns * rows] for name in Scenes.__annotations__))
    masks, image, which = (tensor.cpu() for tensor in predicted(network, shown))
    palette = torch.tensor(
        [[230, 60, 60], [60, 200, 60], [70, 90, 250], [240, 220, 50], [220, 60, 220], [60, 220, 220]]
    )
    pictures = shown.images.permute(0, 2, 3, 1).cpu().clone()
    painted = pictures.clone() // 3
    for mask, i, j in zip(masks, image, which, strict=True):
        painted[i][mask] = (pictures[i][mask] // 2 + palette[j] // 2).byte()
    size = pictures.shape[1]
    lines = []
    for row in range(rows):
        for pack in (pictures, painted):
            part = pack[row * columns : (row + 1) * columns]
            lines.append(part.permute(1, 0, 2, 3).reshape(size, columns * size, 3))
    Image.fromarray(torch.cat(lines).numpy()).save(path, quality=85)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sprites", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--crop", type=int, default=32)
    parser.add_argument("--scenes", type=int, default=500)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    device = torch.device(options.device)
    network = Network(options.models, options.crop).to(device)
    network.load_state_dict(torch.load(options.weights, map_location=device), strict=False)
    network.eval()
    split = json.loads((options.sprites / "split.json").read_text())
    held = set(split["held_out"])
    known = [name for group in split["groups"].values() for name in group[::4] if name not in held]
    told = {}
    for archive in ("fluent", "tw", "om"):
        torch.manual_seed(SEED)
        # Half of the Fluent sprites that are drawn are held out.
        sprites = load(options.sprites / f"{archive}.tar", device, held | set(known) if archive == "fluent" else None)
        bank = Bank(min(512, options.scenes), options.size, device, min(64, options.scenes))
        scenes = render(sprites, bank, PLAIN, options.scenes)
        unknown = torch.tensor([archive == "fluent" and name in held for name in sprites.names], device=device)
        told[archive] = measure(network, scenes, unknown)
        print(archive, told[archive], flush=True)
        sheet(network, scenes, options.out / f"sheet-{archive}.jpg")
    (options.out / f"measured-{options.size}.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
