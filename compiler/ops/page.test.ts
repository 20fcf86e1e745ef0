import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { operators } from "./index.ts";
import { operatorsPage } from "./page.ts";

it("docs/operators.md is up to date", async () => {
  await expect(operatorsPage()).toMatchFileSnapshot(fileURLToPath(new URL("../../docs/operators.md", import.meta.url)));
});

it.each(Object.entries(operators))("%s has documented parameters", (_name, operator) => {
  expect(operator.docs).toMatch(/[.)]$/);
  for (const param of Object.values(operator.params)) expect(param.docs.length).toBeGreaterThan(5);
});
