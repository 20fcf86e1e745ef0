// The page of the study is what its raw results give. `npx vitest run studies -u` writes it.
import { join } from "node:path";
import { expect, test } from "vitest";
import { studyPage } from "./page.ts";
import { readResults } from "./results.ts";

test("docs/study.md is what the raw results give", async () => {
  const results = readResults(join(import.meta.dirname, "runs"));
  await expect(studyPage(results)).toMatchFileSnapshot("../../docs/study.md");
});
