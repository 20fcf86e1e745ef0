"""The trainer of the study (studies/synthetic): its crops, its draws, and that it learns."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "studies" / "synthetic"))

import draws
import slots
import study
from geometry import crop, paste
from scenes import SIZE, Scenes

HOST = torch.device("cpu")


def write_scenes(folder: Path, split: str, count: int) -> None:
    """Light squares on dark ground, three an image, of classes 0, 5 and 12."""
    random = np.random.default_rng(len(split))
    images = random.integers(0, 60, (count, SIZE, SIZE, 3), dtype=np.uint8)
    ids = np.zeros((count, SIZE, SIZE), np.uint8)
    rows = []
    for index in range(count):
        for number, category in enumerate((0, 5, 12), 1):
            x, y = 2 + 21 * (number - 1), int(random.integers(2, 40))
            ids[index, y : y + 17, x : x + 17] = number
            images[index, y : y + 17, x : x + 17] += 150
            rows.append([index, number, category, x, y, x + 17, y + 17, 289])
    tensors = {"images": images, "ids": ids, "instances": np.array(rows, np.int32)}
    header, body = {"__metadata__": {"classes": ",".join(map(str, range(16)))}}, b""
    for name, tensor in tensors.items():
        first, body = len(body), body + tensor.tobytes()
        kind = "I32" if tensor.dtype == np.int32 else "U8"
        header[name] = {"dtype": kind, "shape": tensor.shape, "data_offsets": [first, len(body)]}
    text = json.dumps(header).encode()
    (folder / f"scenes-11-{split}.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_scenes(tmp_path, "train", 40)
    write_scenes(tmp_path, "val", 10)
    return tmp_path


def test_crop_reads_bilinearly_with_zeros_outside() -> None:
    random = torch.Generator().manual_seed(1)
    maps = torch.rand(2, 3, 9, 12, generator=random, dtype=torch.float64)
    boxes = torch.tensor([[0.1, 0.2, 0.9, 0.7], [-0.2, 0.5, 1.1, 1.3]], dtype=torch.float64)
    found = crop(maps, boxes, 5)
    for k, (y0, x0, y1, x1) in enumerate(boxes.tolist()):
        for i in range(5):
            for j in range(5):
                y, x = (y0 + i / 4 * (y1 - y0)) * 8, (x0 + j / 4 * (x1 - x0)) * 11
                expected = torch.zeros(3, dtype=torch.float64)
                for row in (int(np.floor(y)), int(np.floor(y)) + 1):
                    for column in (int(np.floor(x)), int(np.floor(x)) + 1):
                        if 0 <= row < 9 and 0 <= column < 12:
                            expected += (1 - abs(y - row)) * (1 - abs(x - column)) * maps[k, :, row, column]
                torch.testing.assert_close(found[k, :, i, j], expected, atol=1e-6, rtol=0)


def test_a_full_mask_fills_its_box() -> None:
    box = torch.tensor([[16 / 63, 8 / 63, 40 / 63, 50 / 63]])
    mask = paste(torch.ones(1, 32, 32), box, SIZE)[0]
    assert mask.nonzero().min(0).values.tolist() == [16, 8]
    assert mask.nonzero().max(0).values.tolist() == [40, 50]
    assert mask.sum() == 25 * 43


def test_draws_hold_allowed_instances_only_and_repeat_by_seed(folder: Path) -> None:
    scenes = Scenes.load(folder, 11, "train", HOST)
    drawn = draws.draw(scenes, scenes.category < 8, False, 20, 3)
    category = torch.tensor([0, 5, 12])[drawn.id - 1]
    assert set(category.unique().tolist()) == {0, 5}
    for step in range(20):  # 16 images hold 32 such instances: each comes once
        assert len(set(zip(drawn.source[step].tolist(), drawn.id[step].tolist(), strict=True))) == 32
    again = draws.draw(scenes, scenes.category < 8, False, 20, 3)
    assert all(torch.equal(a, b) for a, b in zip(drawn.tensors(), again.tensors(), strict=True))
    other = draws.draw(scenes, scenes.category < 8, False, 20, 4)
    assert not torch.equal(drawn.images, other.images)


def test_jitter_moves_three_quarters_of_the_boxes(folder: Path) -> None:
    scenes = Scenes.load(folder, 11, "train", HOST)
    still, moved = (draws.draw(scenes, scenes.category < 8, jitter, 50, 3) for jitter in (False, True))
    share = (still.boxes != moved.boxes).any(-1).float().mean().item()
    assert share == pytest.approx(0.75, abs=0.04)
    difference = (moved.boxes - still.boxes)[(still.boxes != moved.boxes).any(-1)]
    assert difference.std().item() == pytest.approx(0.1 * 17 / 64, rel=0.1)


def small(path: Path) -> nn.Module:
    if path.name == "Backbone":
        return nn.Sequential(nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16, momentum=0.9), nn.ReLU())
    return nn.Sequential(nn.Conv2d(18, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))


def test_a_run_learns_is_kept_and_is_not_run_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(slots, "load_model", small)
    out = folder / "runs"
    command = ["study.py", "--scenes", str(folder), "--models", str(folder), "--out", str(out), "--device", "cpu"]
    command += ["--data", "11", "--seeds", "0", "--steps", "60", "--arms", "Head:partial", "Head:full:11:0"]
    monkeypatch.setattr(sys, "argv", command)
    study.main()
    for regime in ("partial", "full"):
        run = json.loads((out / f"Head-{regime}-d11-m0.json").read_text())
        assert run["loss"][-1] < 0.5 * run["loss"][0]
        assert set(run["unsettled"]) == {"30", "60"}
        assert run["miou"]["seen"] > 60
    assert "Head-full" in capsys.readouterr().out
    study.main()
    assert "Head-full" not in capsys.readouterr().out
