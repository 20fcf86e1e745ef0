// What `bench` answers: a row per target and batch, as text and as a document.
import { gflopsOf, type Peaks, type Row } from "../../lab/index.ts";
import type { Paint } from "../../report/index.ts";
import { percentile } from "../../runtime/index.ts";

export function rowDocument({ target, backend, precision, batch, macs, samples }: Row, peaks: Peaks) {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((part) => percentile(samples, part)) as [number, number, number];
  const gflops = gflopsOf(2 * macs, p50);
  const peak = peaks.get(target)?.gflops ?? Number.NaN;
  return {
    target,
    backend,
    precision,
    batch,
    milliseconds: { min: Math.min(...samples), p50, p90, p99 },
    samplesPerSecond: (1000 * batch) / p50,
    macs,
    gflops,
    peakFraction: gflops / peak,
  };
}

const columns = ["", "N", "p50", "p90", "p99", "samples/s", "GFLOP/s", "of peak"];

export function tableText(rows: readonly Row[], peaks: Peaks, paint: Paint): string {
  const cells = rows.map((row) => {
    const { milliseconds, samplesPerSecond, gflops, peakFraction } = rowDocument(row, peaks);
    const { p50, p90, p99 } = milliseconds;
    const times = [p50, p90, p99].map((value) => `${rounded(value)} ms`);
    return [
      `${row.title} (${row.backend})`,
      `${row.batch}`,
      ...times,
      rounded(samplesPerSecond),
      rounded(gflops),
      `${Math.round(100 * peakFraction)} %`,
    ];
  });
  const widths = columns.map((title, i) => Math.max(title.length, ...cells.map((line) => line[i]?.length ?? 0)));
  const lineOf = (line: readonly string[]): string =>
    `  ${line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`;
  return [paint.faint(lineOf(columns)), ...cells.map(lineOf)].join("\n");
}

/** Three digits: 1234, 123, 12.3, 1.23. */
const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
