"""The peer of vision/: pycocotools, asked a line at a time so that it runs in turn with ours.

python rle.py MASKS HEIGHT WIDTH: MASKS holds masks of one byte a pixel, row after row, one behind the other. A line in
names what to do with all of them; a line out is how long it took, in milliseconds.
"""

import sys
import time

import numpy
from pycocotools import mask as coco

path, height, width = sys.argv[1], *map(int, sys.argv[2:])
rows = numpy.fromfile(path, numpy.uint8).reshape(-1, height, width)
columns = [numpy.asfortranarray(mask) for mask in rows]
encoded = [coco.encode(mask) for mask in columns]
half = len(encoded) // 2
crowds = [index % 10 == 0 for index in range(len(encoded) - half)]
work = {
    "encode": lambda: [coco.encode(mask) for mask in columns],
    "encode rows": lambda: [coco.encode(numpy.asfortranarray(mask)) for mask in rows],
    "decode": lambda: [coco.decode(rle) for rle in encoded],
    "decode rows": lambda: [numpy.ascontiguousarray(coco.decode(rle)) for rle in encoded],
    "iou": lambda: coco.iou(encoded[:half], encoded[half:], crowds),
}
for line in sys.stdin:
    start = time.perf_counter()
    work[line.strip()]()
    print(1000 * (time.perf_counter() - start), flush=True)
