// CenterNet's heat maps as boxes.
import { checkLength } from "./lengths.ts";
import { bestOf } from "./ranking.ts";

/** A map [height, width, channels], row by row. */
export interface MapSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** How far below the largest of its neighbours a peak may be, in single precision: the released code's PEAK_EPSILON. */
export const peakEpsilon = Math.fround(1e-6);

/**
 * The values of maps that are not below a neighbour of their channel, as single precision sees them; 0 elsewhere. There may
 * be several maps, one behind the other.
 */
export function heatmapPeaks(heat: ArrayLike<number>, { height, width, channels }: MapSize): Float64Array {
  const seen = new Float32Array(heat);
  const across = largestOfThree(seen, width, channels);
  const around = largestOfThree(across, height, width * channels);
  const peaks = new Float64Array(heat);
  peaks.forEach((_, at) => {
    if (!(Math.fround(around[at]! - seen[at]!) < peakEpsilon)) peaks[at] = 0;
  });
  return peaks;
}

/** The largest of each value and its two neighbours along an axis of `length`, whose steps are `step` values. */
function largestOfThree(values: Float32Array, length: number, step: number): Float32Array {
  return values.map((value, at) => {
    const place = Math.floor(at / step) % length;
    const before = place > 0 ? values[at - step]! : value;
    const behind = place < length - 1 ? values[at + step]! : value;
    return Math.max(before, value, behind);
  });
}

/** The maps of one image: probabilities of classes [H, W, classes], sizes and offsets [H, W, 2] in cells. */
export interface CenterMaps extends MapSize {
  readonly heat: ArrayLike<number>;
  readonly size: ArrayLike<number>;
  readonly offset: ArrayLike<number>;
}

export interface Center {
  /** [ymin, xmin, ymax, xmax] as parts of the map. */
  readonly box: readonly number[];
  /** 0 is no peak. */
  readonly score: number;
  /** From 0. */
  readonly class: number;
}

/** The `k` best peaks over all classes together; there are fewer if the map has fewer values. Refuses maps of other sizes. */
export function decodeCenters(maps: CenterMaps, k: number): readonly Center[] {
  const cells = maps.height * maps.width;
  checkLength("heat", maps.heat, cells * maps.channels);
  checkLength("size", maps.size, 2 * cells);
  checkLength("offset", maps.offset, 2 * cells);
  const peaks = heatmapPeaks(maps.heat, maps);
  return bestOf(peaks, k).map((place) => ({
    box: boxAt(Math.floor(place / maps.channels), maps),
    score: peaks[place]!,
    class: place % maps.channels,
  }));
}

function boxAt(cell: number, { size, offset, height, width }: CenterMaps): readonly number[] {
  const sides = [Math.floor(cell / width), cell % width].map((start, axis) => {
    const at = 2 * cell + axis;
    const half = Math.max(size[at]!, 0) / 2;
    const extent = axis === 0 ? height : width;
    return [(start + offset[at]! - half) / extent, (start + offset[at]! + half) / extent] as const;
  });
  return [sides[0]![0], sides[1]![0], sides[0]![1], sides[1]![1]];
}
