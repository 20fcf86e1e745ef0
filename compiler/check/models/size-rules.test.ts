import { expect, it } from "vitest";
import { loadProgram } from "../text/program.ts";
import { checkProgram } from "./check.ts";

const textsOf = (text: string) =>
  checkProgram(loadProgram({ name: "sizes.dm", text }, () => ({ error: "" })))
    .filter(({ severity }) => severity === "error")
    .map(({ message, notes, help }) => [message, ...notes, ...help].join("; "));

const shrunk = "model M on x: f32[N, H, W, 4] = x + (x -> max_pool -> upsample)\n";

it("the nearest sizes that work are told of the size that does not", () => {
  expect(textsOf(`${shrunk}model A = M at (H = 3, W = 4)`)).toEqual([
    "cannot add [N, 3, 4, 4] and [N, 2, 4, 4]: heights differ (3 and 2); this holds when H mod 2 is 0; nearest are 2 and 4",
  ]);
  expect(textsOf(`${shrunk}model B = M at (H = 4, W = 3)`)).toEqual([
    "cannot add [N, 4, 3, 4] and [N, 4, 2, 4]: widths differ (3 and 2); this holds when W mod 2 is 0; nearest are 2 and 4",
  ]);
});

it("and never of a size that keeps its rule", () => {
  const shuffled = `block Turn on x: [.., H, W, C] = x -> reshape(H, W, 2, C / 2) -> reshape(H, W, C) -> mean
model M on x: f32[N, H, W, 4] { let y = x -> max_pool return y + (y -> Turn) }
model A = M at (H = 3, W = 4)`;
  expect(textsOf(shuffled).every((text) => !text.includes("nearest are 3"))).toBe(true);
});
