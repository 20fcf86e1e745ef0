import { describe, expect, it } from "vitest";
import { forTerminal, paintFor } from "./paint.ts";

const coloured = paintFor({ isTTY: true }, {});

describe("colour", () => {
  it("needs a terminal and no NO_COLOR", () => {
    expect(coloured.error("x")).not.toBe("x");
    expect(paintFor({ isTTY: true }, { NO_COLOR: "1" }).error("x")).toBe("x");
    expect(paintFor({ isTTY: true }, { TERM: "dumb" }).error("x")).toBe("x");
    expect(paintFor({}, {}).error("x")).toBe("x");
  });

  it("becomes escapes when it is written, and nothing else does", () => {
    expect(forTerminal(`${coloured.error("a")} b`)).toBe("\u001b[1;31ma\u001b[0m b");
    expect(forTerminal(`${coloured.error("a\u001b[2Jb")}\u001b]0;title\u0007`)).toBe(
      "\u001b[1;31ma·[2Jb\u001b[0m·]0;title·",
    );
    expect(forTerminal("\ufdd0:1;31m")).not.toContain("\u001b");
  });
});
