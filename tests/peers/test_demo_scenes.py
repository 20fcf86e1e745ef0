"""The scenes that the demo model is trained on (studies/demo): what is said of the objects is what is drawn."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "studies" / "demo"))

from render import HARD, LEAST_AREA, OBJECTS, PLAIN, Scenes, Style, inverse, render, sampled
from sprites import LONGEST, SIDE, Sprites, sprites_of
from textures import Bank, textures

HOST = torch.device("cpu")


@pytest.fixture(scope="module")
def sprites() -> Sprites:
    """A white square and a white disc, each 184 pixels wide."""
    line = torch.arange(SIDE) - (SIDE - 1) / 2
    square = (line.abs() < LONGEST / 2)[:, None] & (line.abs() < LONGEST / 2)
    disc = line[:, None].square() + line.square() < (LONGEST / 2) ** 2
    pictures = torch.stack([square, disc])[..., None].expand(2, SIDE, SIDE, 4) * 255
    return sprites_of(pictures.byte(), ("square", "disc"))


def drawn(sprites: Sprites, style: Style, seed: int = 1) -> Scenes:
    torch.manual_seed(seed)
    return render(sprites, Bank(8, 64, HOST, 8), style, 12)


@pytest.mark.parametrize("style", [PLAIN, HARD])
def test_boxes_stand_around_what_is_visible(sprites: Sprites, style: Style) -> None:
    scenes = drawn(sprites, style)
    assert scenes.valid.any()
    for image, which in scenes.valid.nonzero().tolist():
        mask = scenes.ids[image] == which + 1
        ys, xs = mask.nonzero(as_tuple=True)
        expected = [ys.min(), xs.min(), ys.max() + 1, xs.max() + 1]
        assert (scenes.boxes[image, which] * 64).tolist() == pytest.approx([int(side) for side in expected])
        assert mask.sum() >= LEAST_AREA
    assert int(scenes.ids.max()) <= OBJECTS


def test_a_seed_gives_the_same_scenes(sprites: Sprites) -> None:
    first, second, other = drawn(sprites, HARD), drawn(sprites, HARD), drawn(sprites, HARD, 2)
    assert torch.equal(first.images, second.images)
    assert torch.equal(first.ids, second.ids)
    assert not torch.equal(first.images, other.images)


def test_a_sprite_has_its_place_and_size(sprites: Sprites) -> None:
    torch.manual_seed(0)
    place, extent = torch.tensor([[20.0, 40.0]]).expand(30, 2), torch.full((30,), 24.0)
    layer = sampled(sprites, torch.ones(30, dtype=torch.long), place, extent, 64)
    alpha = layer[:, 3] > 0.5
    line = torch.arange(64) + 0.5
    middle = [(alpha * axis).sum((1, 2)) / alpha.sum((1, 2)) for axis in (line, line[:, None])]
    torch.testing.assert_close(middle[0], torch.full((30,), 20.0), atol=0.5, rtol=0)
    torch.testing.assert_close(middle[1], torch.full((30,), 40.0), atol=0.5, rtol=0)
    area = alpha.sum((1, 2)).float().mean().item()
    assert area == pytest.approx(torch.pi * 12**2, rel=0.05)
    assert inverse(place, extent, 64).isfinite().all()


def test_textures_are_colours_of_many_kinds() -> None:
    torch.manual_seed(0)
    found = textures(64, 64, HOST)
    assert found.shape == (64, 3, 64, 64)
    assert found.min() >= 0 and found.max() <= 1
    assert found.flatten(1).std(1).gt(0.02).float().mean() > 0.8
    assert found.mean((2, 3)).std(0).min() > 0.1
