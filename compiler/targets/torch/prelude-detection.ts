// Functions that decode detections, as prelude.ts has them. What is chosen is chosen in single precision, as the released
// code does, whatever the precision of the model.
import type { DetectionHelper } from "../../ops/kit/torch.ts";

/** Also what only those functions need. */
export type DetectionText = DetectionHelper | "best_rows" | "ranked" | "suppressed";

interface Text {
  readonly needs?: readonly DetectionText[];
  readonly text: string;
}

export const detectionHelpers: Readonly<Record<DetectionText, Text>> = {
  ranked: {
    text: `def ranked(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """At most k values of each row, the largest first, and their places."""
    order = x.float().argsort(dim=-1, descending=True, stable=True)[..., :k]
    return x.gather(-1, order), order.int()`,
  },
  top_k: {
    needs: ["ranked"],
    text: `def top_k(x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k largest values of each row and their places; equal ones in order."""
    values, places = ranked(x, k)
    spare = k - values.shape[-1]
    return F.pad(values, (0, spare)), F.pad(places, (0, spare), value=-1)`,
  },
  heatmap_peaks: {
    text: `def heatmap_peaks(heat: Tensor) -> Tensor:
    """What is at most 1e-6 below the 3 x 3 cells around it; 0 elsewhere."""
    seen = heat.float()
    largest = F.max_pool2d(seen, 3, stride=1, padding=1)
    return heat * (largest - seen < 1e-6)`,
  },
  centernet_decode: {
    needs: ["heatmap_peaks", "ranked"],
    text: `def centernet_decode(
    heat: Tensor,
    size: Tensor,
    offset: Tensor,
    k: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Boxes [N, k, 4], scores and classes of the best peaks of [N, C, H, W]."""
    n, count, h, w = heat.shape
    flat = heatmap_peaks(heat).permute(0, 2, 3, 1).reshape(n, h * w * count)
    scores, places = ranked(flat, k)
    cells = (places // count).long()
    both = cells.unsqueeze(1).expand(n, 2, -1)
    spare = k - scores.shape[1]
    half = size.flatten(2).gather(2, both).clamp(min=0) / 2
    center = torch.stack((cells // w, cells % w), dim=1)
    center = center + offset.flatten(2).gather(2, both)
    extent = center.new_tensor((h, w)).view(2, 1)
    boxes = torch.cat(((center - half) / extent, (center + half) / extent), dim=1)
    boxes = F.pad(boxes.transpose(1, 2), (0, 0, 0, spare))
    return boxes, F.pad(scores, (0, spare)), F.pad(places % count, (0, spare))`,
  },
  anchors: {
    text: `def anchors(x: Tensor, stride: int, size: float, scales: int) -> Tensor:
    """Corners [N, H, W, 4 * A] in pixels around the cells of x [N, H, W, C]."""
    n, h, w, _ = x.shape
    corners = []
    for scale in range(scales):
        side = size * stride * 2 ** (scale / scales)
        for ratio in (0.5, 1, 2):
            half = (side / ratio**0.5 / 2, side * ratio**0.5 / 2)
            corners += [-half[0], -half[1], half[0], half[1]]
    y, across = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    middles = (torch.stack((y, across), dim=-1).to(x) + 0.5) * stride
    all_corners = middles.repeat(1, 1, len(corners) // 2) + x.new_tensor(corners)
    return all_corners.expand(n, -1, -1, -1)`,
  },
  encode_boxes: {
    text: `def encode_boxes(
    boxes: Tensor, anchors: Tensor, center: float, extent: float
) -> Tensor:
    """Boxes as offsets from anchors, both [.., 4 * A]."""
    boxes, anchors = boxes.unflatten(-1, (-1, 4)), anchors.unflatten(-1, (-1, 4))
    sides, of = boxes[..., 2:] - boxes[..., :2], anchors[..., 2:] - anchors[..., :2]
    away = boxes[..., :2] + sides / 2 - anchors[..., :2] - of / 2
    codes = (away / of * center, (sides / of).log() * extent)
    return torch.cat(codes, dim=-1).flatten(-2)`,
  },
  decode_boxes: {
    text: `def decode_boxes(
    codes: Tensor, anchors: Tensor, center: float, extent: float
) -> Tensor:
    """What encode_boxes made, as boxes; a side grows at most by 1000 / 16."""
    codes, anchors = codes.unflatten(-1, (-1, 4)), anchors.unflatten(-1, (-1, 4))
    of = anchors[..., 2:] - anchors[..., :2]
    growth = (codes[..., 2:] / extent).clamp(max=4.135166556742356)
    sides = growth.exp() * of
    low = codes[..., :2] / center * of + anchors[..., :2] + of / 2 - sides / 2
    return torch.cat((low, low + sides), dim=-1).flatten(-2)`,
  },
  image_extents: {
    text: `def image_extents(image: Tensor) -> Tensor:
    """Height and width [N, 2] of images [N, H, W, C]."""
    return torch.tensor(image.shape[1:3], device=image.device).expand(len(image), 2)`,
  },
  clip_boxes: {
    text: `def clip_boxes(boxes: Tensor, extents: Tensor) -> Tensor:
    """Boxes [N, .., 4 * A] inside of images of heights and widths [N, 2]."""
    channels = boxes.shape[-1]
    limits = extents.to(boxes.dtype).repeat(1, channels // 2)
    limits = limits.view(len(boxes), *[1] * (boxes.dim() - 2), channels)
    return torch.minimum(boxes, limits).clamp(min=0)`,
  },
  suppressed: {
    text: `def suppressed(
    boxes: Tensor, scores: Tensor, iou: float, above: float, most: int
) -> Tensor:
    """Scores [R, K] of the boxes [R, K, 4] that stay in each row; -inf elsewhere."""
    order = scores.float().argsort(dim=1, descending=True, stable=True)
    ranked = boxes.float().gather(1, order.unsqueeze(2).expand_as(boxes))
    low, high = ranked[..., :2], torch.maximum(ranked[..., :2], ranked[..., 2:])
    area = (high - low).prod(dim=2)
    count = scores.shape[1]
    place = torch.arange(count, device=boxes.device)
    alive = (scores.float().gather(1, order) > above) & (high > 0).any(dim=2)
    stays = torch.zeros_like(alive)
    for _ in range(min(most, count)):
        first = torch.where(alive, place, count).amin(dim=1, keepdim=True)
        if bool((first == count).all()):
            break
        best = alive & (place == first)
        at = first.clamp(max=count - 1)
        both = at.unsqueeze(2).expand(-1, -1, 2)
        start = torch.maximum(low, low.gather(1, both))
        sides = torch.minimum(high, high.gather(1, both)) - start
        shared = sides.clamp(min=0).prod(dim=2)
        overlap = shared / (area + area.gather(1, at) - shared)
        stays |= best
        alive &= ~best & ~((shared > 0) & (overlap >= iou))
    kept = torch.where(stays, scores.gather(1, order), float("-inf"))
    return torch.zeros_like(scores).scatter(1, order, kept)`,
  },
  best_rows: {
    needs: ["ranked"],
    text: `def best_rows(
    boxes: Tensor, scores: Tensor, count: int
) -> tuple[Tensor, Tensor, Tensor]:
    """The best boxes and scores, 0 in spare rows, and their places, -1 there."""
    padded = F.pad(boxes, (0, 0, 0, count))
    best, places = ranked(F.pad(scores, (0, count), value=float("-inf")), count)
    rows = padded.gather(1, places.long().unsqueeze(2).expand(-1, -1, 4))
    is_box = best > float("-inf")
    rows = torch.where(is_box.unsqueeze(2), rows, 0)
    return rows, torch.where(is_box, best, 0), torch.where(is_box, places, -1)`,
  },
  nms: {
    needs: ["best_rows", "suppressed"],
    text: `def nms(
    boxes: Tensor, scores: Tensor, iou: float, most: int, above: float
) -> tuple[Tensor, Tensor, Tensor]:
    """The best of boxes that cover the same thing, their scores and places."""
    return best_rows(boxes, suppressed(boxes, scores, iou, above, most), most)`,
  },
  rpn_decode: {
    needs: ["anchors", "best_rows", "clip_boxes", "decode_boxes", "suppressed"],
    text: `def rpn_decode(
    scores: list[Tensor],
    codes: list[Tensor],
    post: int,
    pre: int,
    iou: float,
    stride: int,
    size: float,
    scales: int,
    extents: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Proposals [N, post, 4] of levels [N, H, W, A] and [N, H, W, 4 * A]."""
    n, h, w, _ = scores[0].shape
    if extents is None:
        extents = scores[0].new_tensor((h * stride, w * stride)).expand(n, 2)
    boxes, kept = [], []
    for level, (score, code) in enumerate(zip(scores, codes, strict=True)):
        of = anchors(score, stride * 2**level, size, scales)
        best, places = ranked(score.flatten(1), pre)
        at = places.long().unsqueeze(2).expand(-1, -1, 4)
        code, of = (
            x.flatten(1).unflatten(1, (-1, 4)).gather(1, at) for x in (code, of)
        )
        boxes.append(clip_boxes(decode_boxes(code, of, 1.0, 1.0), extents))
        kept.append(suppressed(boxes[-1], best, iou, float("-inf"), post))
    rows, best, at = best_rows(torch.cat(boxes, dim=1), torch.cat(kept, dim=1), post)
    return rows, torch.where(at < 0, 0, best.sigmoid())`,
  },
  box_decode: {
    needs: ["best_rows", "clip_boxes", "decode_boxes", "suppressed"],
    text: `def box_decode(
    cls: Tensor,
    reg: Tensor,
    proposals: Tensor,
    most: int,
    pre: int,
    iou: float,
    above: float,
    center: float,
    extent: float,
    extents: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Boxes, scores and classes of proposals [N, K, 4], each class on its own."""
    probable = cls.softmax(dim=2)[..., 1:].transpose(1, 2)
    n, classes, _ = probable.shape
    codes = reg.unflatten(2, (classes, 4)).transpose(1, 2)
    decoded = decode_boxes(
        codes, proposals.unsqueeze(1).expand_as(codes), center, extent
    )
    if extents is not None:
        decoded = clip_boxes(decoded, extents)
    best, places = ranked(probable, pre)
    rows = decoded.gather(2, places.long().unsqueeze(3).expand(-1, -1, -1, 4))
    kept = suppressed(rows.flatten(0, 1), best.flatten(0, 1), iou, above, most)
    kept = kept.unflatten(0, (n, classes)).flatten(1)
    boxes, scores, at = best_rows(rows.flatten(1, 2), kept, most)
    named = at // max(rows.shape[2], 1) + 1
    return boxes, scores, torch.where(at < 0, 1, named)`,
  },
};
