"""The maths of masks and boxes equals pycocotools bit for bit: thousands of random masks, polygons and boxes."""

import base64
import json
import pathlib
import subprocess

import numpy as np
import pytest
from pycocotools import mask as coco

ROOT = pathlib.Path(__file__).parents[2]


def ask(questions):
    lines = "\n".join(map(json.dumps, questions))
    run = subprocess.run(["node", ROOT / "tests/peers/vision.mjs"], input=lines, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(questions)
    return answers


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def size_of(rng):
    return [int(side) for side in rng.integers(1, rng.choice([3, 12, 80]), 2)]


def mask_of(rng, size):
    """Noise, blobs, whole and empty masks, lines."""
    height, width = size
    kind = rng.integers(6)
    if kind == 0:
        return (rng.random(size) < rng.random()).astype(np.uint8)
    if kind == 1:
        return np.full(size, rng.integers(2), np.uint8)
    mask = np.zeros(size, np.uint8)
    for _ in range(rng.integers(1, 4)):
        top, left = rng.integers(0, height), rng.integers(0, width)
        mask[top : top + rng.integers(1, height + 1), left : left + rng.integers(1, width + 1)] ^= 1
    return mask


def encoded(mask):
    return coco.encode(np.asfortranarray(mask))


def plain(rle):
    return {"size": [int(side) for side in rle["size"]], "counts": rle["counts"].decode()}


def base64_of(mask, order):
    return base64.b64encode(mask.tobytes("F" if order == "columns" else "C")).decode()


def test_encode_decode_area_box(rng):
    masks = [mask_of(rng, size_of(rng)) for _ in range(3000)]
    theirs = [encoded(mask) for mask in masks]
    orders = ["rows", "columns"]
    for order in orders:
        ours = ask([{"ask": "encode", "pixels": base64_of(m, order), "size": m.shape, "order": order} for m in masks])
        assert [answer["text"] for answer in ours] == [rle["counts"].decode() for rle in theirs]
        decoded = ask([{"ask": "decode", "rle": plain(rle), "order": order} for rle in theirs])
        assert decoded == [base64_of(coco.decode(rle), order) for rle in theirs]
    for question, answer in [("area", coco.area), ("box", coco.toBbox)]:
        ours = ask([{"ask": question, "rle": plain(rle)} for rle in theirs])
        assert ours == [np.asarray(answer(rle)).tolist() for rle in theirs]


def test_counts_and_their_string(rng):
    masks = [mask_of(rng, size_of(rng)) for _ in range(1000)]
    counts = ask([{"ask": "counts", "rle": plain(encoded(mask))} for mask in masks])
    questions = [{"size": mask.shape, "counts": runs} for mask, runs in zip(masks, counts)]
    theirs = [coco.frPyObjects({**q, "size": list(q["size"])}, *q["size"])["counts"].decode() for q in questions]
    assert ask([{"ask": "text", "rle": question} for question in questions]) == theirs


@pytest.mark.parametrize("join", ["union", "intersection"])
def test_merge(rng, join):
    groups = []
    for _ in range(1500):
        size = size_of(rng)
        groups.append([encoded(mask_of(rng, size)) for _ in range(rng.integers(1, 6))])
    ours = ask([{"ask": "merge", "rles": list(map(plain, group)), "join": join} for group in groups])
    assert ours == [coco.merge(group, intersect=join == "intersection")["counts"].decode() for group in groups]


def overlaps(theirs):
    return np.asarray(theirs, np.float64).ravel().tolist()


def crowds_of(rng, count):
    return [bool(mark) for mark in rng.random(count) < 0.4]


def test_mask_iou_with_crowds(rng):
    questions, theirs = [], []
    for _ in range(600):
        size = size_of(rng)
        detections, truths = ([encoded(mask_of(rng, size)) for _ in range(rng.integers(1, 6))] for _ in range(2))
        crowd = crowds_of(rng, len(truths))
        plains = {"detections": list(map(plain, detections)), "truths": list(map(plain, truths))}
        questions.append({"ask": "iou", **plains, "crowd": crowd})
        theirs.append(overlaps(coco.iou(detections, truths, crowd)))
    assert ask(questions) == theirs


def test_box_iou_with_crowds(rng):
    questions, theirs = [], []
    for trial in range(600):
        draw = lambda count: (rng.random((count, 4)) * rng.choice([1, 30, 1000])).round(trial % 4)  # noqa: E731
        detections, truths = draw(rng.integers(1, 8)), draw(rng.integers(1, 8))
        crowd = crowds_of(rng, len(truths))
        questions.append(
            {"ask": "boxIou", "detections": detections.tolist(), "truths": truths.tolist(), "crowd": crowd}
        )
        theirs.append(overlaps(coco.iou(detections, truths, crowd)))
    assert ask(questions) == theirs


def polygon_of(rng, size):
    """Corners in and around the image, at any place, at quarters, at whole pixels; many corners twice."""
    height, width = size
    corners = rng.integers(3, rng.choice([5, 12, 60]))
    spread = rng.choice([0.6, 1, 4])
    places = (rng.random((corners, 2)) - 0.5) * 2 * spread * [width, height] + [width / 2, height / 2]
    places = [places, np.round(places * 4) / 4, np.round(places), np.round(places * 10) / 10][rng.integers(4)]
    if rng.random() < 0.2:
        places = np.repeat(places, 2, axis=0)
    return places.ravel().tolist()


def test_polygons(rng):
    sizes = [size_of(rng) for _ in range(5000)]
    polygons = [polygon_of(rng, size) for size in sizes]
    ours = ask([{"ask": "polygon", "polygon": p, "size": size} for p, size in zip(polygons, sizes)])
    assert ours == [coco.frPyObjects([p], *size)[0]["counts"].decode() for p, size in zip(polygons, sizes)]


def test_polygons_of_photographs(rng):
    sizes = [[int(side) for side in rng.integers(200, 2000, 2)] for _ in range(500)]
    polygons = [polygon_of(rng, size) for size in sizes]
    ours = ask([{"ask": "polygon", "polygon": p, "size": size} for p, size in zip(polygons, sizes)])
    assert ours == [coco.frPyObjects([p], *size)[0]["counts"].decode() for p, size in zip(polygons, sizes)]


def test_several_polygons(rng):
    sizes = [size_of(rng) for _ in range(1000)]
    groups = [[polygon_of(rng, size) for _ in range(rng.integers(1, 5))] for size in sizes]
    ours = ask([{"ask": "polygons", "polygons": g, "size": size} for g, size in zip(groups, sizes)])
    assert ours == [coco.merge(coco.frPyObjects(g, *size))["counts"].decode() for g, size in zip(groups, sizes)]


def test_boxes_as_masks(rng):
    sizes = [size_of(rng) for _ in range(1000)]
    boxes = [((rng.random(4) * 1.4 - 0.2) * [size[1], size[0], size[1], size[0]]).tolist() for size in sizes]
    ours = ask([{"ask": "boxMask", "box": box, "size": size} for box, size in zip(boxes, sizes)])
    assert ours == [coco.frPyObjects(np.array([box]), *size)[0]["counts"].decode() for box, size in zip(boxes, sizes)]
