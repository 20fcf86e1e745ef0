"""What no training reaches on the same scenes: the whole box, the mean mask, an ellipse, and OpenCV's GrabCut.

python baselines.py --scenes DIR --out runs --data 11 12 13
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from geometry import coordinates, crop, paste
from scenes import SEEN, SIZE, Scenes
from slots import CROP, overlap
from study import summary, write

ITERATIONS = 3


def grab_cut(image: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """[64, 64] bool, from an image [64, 64, 3] and x, y, width, height of the box that holds the object."""
    mask = np.zeros(image.shape[:2], np.uint8)
    width, height = box[2:]
    if width * height == image.shape[0] * image.shape[1]:
        return np.ones_like(mask, bool)
    state = np.zeros((2, 1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(np.ascontiguousarray(image[..., ::-1]), mask, box, *state, ITERATIONS, cv2.GC_INIT_WITH_RECT)
    return (mask & 1).astype(bool)


def grab_cuts(scenes: Scenes) -> Tensor:
    images = scenes.images.permute(0, 2, 3, 1).numpy()[scenes.image.numpy()]
    sides = (scenes.boxes * SIZE).round().int().tolist()
    boxes = [(x0, y0, x1 - x0, y1 - y0) for y0, x0, y1, x1 in sides]
    with ProcessPoolExecutor() as pool:
        masks = list(pool.map(grab_cut, images, boxes, chunksize=64))
    return torch.from_numpy(np.stack(masks))


def mean_mask(train: Scenes) -> Tensor:
    """[32, 32]: the mean of the masks that partial supervision sees, cut to their boxes."""
    rows = train.category < SEEN
    return crop(train.masks()[rows][:, None].float(), train.boxes[rows], CROP).mean((0, 1))


def rows_of(folder: Path, seed: int) -> dict[str, object]:
    train, val = (Scenes.load(folder, seed, split, torch.device("cpu")) for split in ("train", "val"))
    y, x = coordinates(CROP, torch.device("cpu"))
    fixed = {
        "box fill": torch.ones(CROP, CROP),
        "mean mask": mean_mask(train),
        "ellipse": (x.square() + y.square() <= 1).float(),
    }
    found = {name: paste(mask.expand(len(val.boxes), CROP, CROP), val.boxes, SIZE) for name, mask in fixed.items()}
    found["GrabCut"] = grab_cuts(val)
    truth = val.masks()
    return {name: summary(overlap(masks, truth), val) for name, masks in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=Path, required=True, help="what generate.ts wrote")
    parser.add_argument("--out", type=Path, default=Path("runs"))
    parser.add_argument("--data", type=int, nargs="+", default=[11, 12, 13], help="data seeds")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for seed in options.data:
        rows = rows_of(options.scenes, seed)
        result = {"data_seed": seed, "grabcut": {"opencv": cv2.__version__, "iterations": ITERATIONS}, "rows": rows}
        write(options.out / f"baselines-d{seed}.json", result)
        for name, row in rows.items():
            print(f"{seed} {name}: seen {row['seen']:.2f} unseen {row['unseen']:.2f}", flush=True)


if __name__ == "__main__":
    main()
