// The page of the study is what its raw results give. Without CI a stale one is rewritten.
import { join } from "node:path";
import { expect, test } from "vitest";
import { studyPage } from "./page.ts";
import { readResults } from "./results.ts";

test("docs/study.md is what the raw results give", async () => {
  const results = readResults(join(import.meta.dirname, "runs"));
  await expect(studyPage(results)).toMatchFileSnapshot("../../docs/study.md");
});
