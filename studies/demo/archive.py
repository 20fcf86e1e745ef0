"""Sprites out of an archive of pictures: decoded, cut to what is visible, and brought to one size."""

import io
import tarfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from sprites import LONGEST, SIDE, Sprites, sprites_of


def load(archive: Path, device: torch.device, only: set[str] | None = None) -> Sprites:
    with tarfile.open(archive) as tar:
        files = {Path(member.name).stem: tar.extractfile(member).read() for member in tar.getmembers()}
    names = tuple(sorted(name for name in files if only is None or name in only))
    with ProcessPoolExecutor() as pool:
        pictures = list(pool.map(trimmed, [files[name] for name in names], chunksize=16))
    return sprites_of(torch.from_numpy(np.stack(pictures)).to(device), names)


def trimmed(data: bytes) -> np.ndarray:
    """[192, 192, 4]: the visible part in the middle, its longest side 184 pixels, premultiplied."""
    picture = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(np.float32)
    picture[..., :3] *= picture[..., 3:] / 255
    ys, xs = np.nonzero(picture[..., 3] > 127)
    cut = picture[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    height, width = cut.shape[:2]
    scale = LONGEST / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    planes = [np.asarray(Image.fromarray(cut[..., c]).resize(size, Image.Resampling.BILINEAR)) for c in range(4)]
    whole = np.zeros((SIDE, SIDE, 4), np.float32)
    y, x = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    whole[y : y + size[1], x : x + size[0]] = np.stack(planes, -1)
    return whole.round().clip(0, 255).astype(np.uint8)
