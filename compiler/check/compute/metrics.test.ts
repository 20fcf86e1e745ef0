// The reference and the messages name the metrics that there are.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { messages } from "../../messages/messages.ts";
import { metricDocs, metricNames } from "./metrics.ts";

const reference = readFileSync(new URL("../../../docs/language.md", import.meta.url), "utf8");

it.each(metricDocs)("docs/language.md has %s", (name, docs) =>
  expect(reference).toContain(`| \`${name}\` | ${docs} |`),
);

it("the page of DM2004 lists them all", () => expect(messages.DM2004.docs).toContain(`(${metricNames.join(", ")})`));
