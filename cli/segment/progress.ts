// How far many pictures are: one line that moves on a terminal, plain lines where the answer goes into a pipe.
import { secondText } from "../../report/index.ts";
import type { Host } from "../host.ts";
import { counted, type Done } from "./report.ts";

export class Progress {
  readonly #total: number;
  readonly #host: Host;
  readonly #started = performance.now();
  #begun = 0;

  constructor(total: number, host: Host) {
    this.#total = total;
    this.#host = host;
  }

  /** `12 of 100: photo.jpg, 3.2 a second, 0:28 left`. */
  begin(file: string): void {
    const done = this.#begun++;
    const count = this.#total === 1 ? "" : `${this.#begun} of ${this.#total}: `;
    this.#host.status(`${count}${file}${this.#pace(done)}`);
  }

  /** Of an answer, as soon as it is known. */
  line(text: string, kind: "answer" | "error" = "answer"): void {
    this.#host.line(text, kind);
  }

  #pace(done: number): string {
    if (done === 0) return "";
    const rate = done / ((performance.now() - this.#started) / 1000);
    const left = Math.round((this.#total - done) / rate);
    return `, ${rate.toPrecision(2)} a second, ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
  }

  /** What stands below the lines; nothing for one picture. */
  summary(done: readonly Done[], problems: number, path: string): string {
    const masks = done.reduce((sum, { segmentation }) => sum + segmentation.instances.length, 0);
    if (this.#total === 1 && done.length === 1) return "";
    if (done.length === 0) return "";
    const wrong = problems === 0 ? "" : `, ${counted(problems, "problem")}`;
    const time = secondText(performance.now() - this.#started);
    return `${path}: ${counted(masks, "mask")} of ${counted(done.length, "picture")}${wrong}, ${time}\n`;
  }
}
