// Functions that crop maps, as prelude.ts has them.
import type { CropHelper } from "../../ops/kit/torch.ts";

/** Also what only those functions need. */
export type CropText = CropHelper | "tents";

interface Text {
  readonly needs?: readonly (CropText | "pair")[];
  readonly text: string;
}

export const cropHelpers: Readonly<Record<CropText, Text>> = {
  tents: {
    text: `def tents(places: Tensor, size: int) -> Tensor:
    """How much of each of \`size\` pixels is in a sample: one more axis, the last."""
    pixels = torch.arange(size, dtype=places.dtype, device=places.device)
    return (1 - (places.unsqueeze(-1) - pixels).abs()).clamp(min=0)`,
  },
  crop_and_resize: {
    needs: ["pair", "tents"],
    text: `def crop_and_resize(
    x: Tensor,
    boxes: Tensor,
    size: int | tuple[int, int],
    outside: float = 0.0,
) -> Tensor:
    """Crops [N, K, h, w, C] of x [N, C, H, W]; boxes are parts of the map."""
    weights = []
    for axis, samples in enumerate(pair(size)):
        low, high = boxes[..., axis, None], boxes[..., axis + 2, None]
        part = torch.arange(samples, dtype=boxes.dtype, device=boxes.device)
        part = part / (samples - 1) if samples > 1 else part + 0.5
        pixels = x.shape[axis + 2]
        weights.append(tents((low + part * (high - low)) * (pixels - 1), pixels))
    lines = torch.einsum("nkyh,nchw->nkycw", weights[0], x - outside)
    return torch.einsum("nkycw,nkxw->nkyxc", lines, weights[1]) + outside`,
  },
  gather_centers: {
    text: `def gather_centers(x: Tensor, boxes: Tensor) -> Tensor:
    """The vector [N, K, C] of the cell of x [N, H, W, C] with each box's centre."""
    n, h, w, _ = x.shape
    # In single precision, whatever the model has: it decides on the border of a cell.
    size = torch.tensor([h, w], dtype=torch.float32, device=boxes.device)
    low, high = boxes[..., :2].float() * size, boxes[..., 2:].float() * size
    center = (low + (high - low) / 2).trunc()
    inside = ((center >= 0) & (center < size)).all(-1, keepdim=True)
    row, column = torch.where(inside, center, 0).long().unbind(-1)
    image = torch.arange(n, device=x.device).unsqueeze(-1)
    return torch.where(inside, x[image, row, column], 0)`,
  },
  multilevel_crop: {
    needs: ["pair"],
    text: `def multilevel_crop(
    maps: tuple[Tensor, ...],
    boxes: Tensor,
    size: int | tuple[int, int],
    finest: int,
) -> Tensor:
    """Crops [N, K, h, w, C] of the maps [N, H, W, C] of a pyramid; boxes in pixels."""
    sides = boxes[..., 2:] - boxes[..., :2]
    bounds = [(224.0 * 2.0 ** (finest + i - 3)) ** 2 for i in range(len(maps) - 1)]
    reached = sides.float().prod(-1, keepdim=True) >= torch.tensor(bounds).to(boxes)
    level = reached.sum(-1)
    stride = 2.0 ** (finest + level).to(boxes).unsqueeze(-1)
    extents = torch.tensor([m.shape[1:3] for m in maps], device=boxes.device)
    starts = extents.prod(1).cumsum(0) - extents.prod(1)
    ends, weights = [], []
    for axis, samples in enumerate(pair(size)):
        part = torch.arange(samples, dtype=boxes.dtype, device=boxes.device) + 0.5
        low, side = boxes[..., axis, None] / stride, sides[..., axis, None] / stride
        place = low + part / samples * side
        below = place.floor().clamp(min=0)
        last = extents[level, axis].unsqueeze(-1) - 1
        ends.append([torch.minimum(below + i, last.to(boxes)).long() for i in (0, 1)])
        weights.append([1 - (place - below), place - below])
    table = torch.cat([m.flatten(1, 2) for m in maps], dim=1)
    image = torch.arange(len(table), device=boxes.device).view(-1, 1, 1, 1)
    width = extents[level, 1].unsqueeze(-1)
    crops = []
    for row, down in zip(ends[0], weights[0], strict=True):
        start = (starts[level].unsqueeze(-1) + row * width).unsqueeze(-1)
        for column, right in zip(ends[1], weights[1], strict=True):
            weight = down.unsqueeze(-1) * right.unsqueeze(-2)
            pixels = table[image, start + column.unsqueeze(-2)]
            crops.append(pixels * weight.unsqueeze(-1))
    return sum(crops[1:], crops[0])`,
  },
  roi_align: {
    needs: ["pair"],
    text: `def roi_align(
    x: Tensor,
    boxes: Tensor,
    size: int | tuple[int, int],
    samples: int,
    aligned: bool,
    scale: float = 1.0,
) -> Tensor:
    """Crops [N, K, h, w, C] of x [N, C, H, W], as torchvision makes them; boxes in pixels."""
    low, high = boxes[..., :2] * scale, boxes[..., 2:] * scale
    length = high - low if aligned else (high - low).clamp(min=1)
    low = low - 0.5 if aligned else low
    places, seen = [], []
    for axis, cells in enumerate(pair(size)):
        count = cells * samples
        part = torch.arange(count, dtype=boxes.dtype, device=boxes.device) + 0.5
        place = low[..., axis, None] + part * (length[..., axis, None] / count)
        pixels = x.shape[axis + 2]
        seen.append(((place >= -1) & (place <= pixels)).to(x))
        place = place.clamp(0, pixels - 1) / max(pixels - 1, 1) * 2 - 1
        places.append(place)
    n, k, rows = places[0].shape
    columns = places[1].shape[-1]
    down = places[0].unsqueeze(-1).expand(n, k, rows, columns)
    across = places[1].unsqueeze(-2).expand(n, k, rows, columns)
    grid = torch.stack((across, down), -1).flatten(1, 2).to(x)
    values = F.grid_sample(x, grid, padding_mode="border", align_corners=True)
    inside = (seen[0].unsqueeze(-1) * seen[1].unsqueeze(-2)).unsqueeze(1)
    values = values.unflatten(2, (k, rows)) * inside
    cells = values.unflatten(4, (-1, samples)).unflatten(3, (-1, samples)).mean((4, 6))
    return cells.permute(0, 2, 3, 4, 1)`,
  },
};
