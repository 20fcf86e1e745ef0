"""The scenes that generate.ts wrote, of several data seeds, on one device."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

SIZE = 64
SEEN = 8
DTYPES = {"U8": np.uint8, "I32": np.int32}


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The tensors of a safetensors file, and its notes."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    notes = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[first:last], DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, notes


@dataclass(frozen=True)
class Scenes:
    """Images [n, 3, 64, 64] and ids [n, 64, 64] as bytes; one row per instance in the others."""

    images: Tensor
    ids: Tensor
    image: Tensor
    id: Tensor
    category: Tensor
    boxes: Tensor
    classes: tuple[str, ...]

    @staticmethod
    def load(folder: Path, seed: int, split: str, device: torch.device) -> "Scenes":
        tensors, notes = read(folder / f"scenes-{seed}-{split}.safetensors")
        rows = torch.from_numpy(tensors["instances"].copy()).to(device).long()
        boxes = rows[:, [4, 3, 6, 5]].float() / SIZE
        return Scenes(
            images=torch.from_numpy(tensors["images"].copy()).to(device).permute(0, 3, 1, 2).contiguous(),
            ids=torch.from_numpy(tensors["ids"].copy()).to(device),
            image=rows[:, 0],
            id=rows[:, 1],
            category=rows[:, 2],
            boxes=boxes,
            classes=tuple(notes["classes"].split(",")),
        )

    def masks(self) -> Tensor:
        """[m, 64, 64]: the visible pixels of every instance."""
        return self.ids[self.image] == self.id[:, None, None]


def scaled(images: Tensor) -> Tensor:
    """Bytes as numbers from -1 to 1."""
    return images.float() / 127.5 - 1
