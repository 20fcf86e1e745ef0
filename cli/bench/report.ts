// What `bench` answers: a row per target and batch, as text and as a document.
import { gflopsOf, type Peaks, type Row } from "../../lab/index.ts";
import { type Paint, tableLines } from "../../report/index.ts";
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
  const [titles = "", ...lines] = tableLines([columns, ...cells], (column) => column > 0);
  return [paint.faint(titles), ...lines].join("\n");
}

/** Three digits: 1234, 123, 12.3, 1.23. */
const rounded = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
