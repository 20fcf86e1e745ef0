// What is said where a budget ran out, whoever spent the last of it.
import { type Details, type Diagnostic, diagnose } from "../../grammar/index.ts";
import { messages } from "../messages/messages.ts";
import type { Budget } from "./budget.ts";

/** Undefined while something is left. */
export function endOf({ ranOut, steps, seconds }: Budget, details: Details = {}): Diagnostic | undefined {
  switch (ranOut?.of) {
    case undefined:
      return undefined;
    case "steps":
      return diagnose(messages, "DM3209/steps", ranOut.span, { limit: `${steps / 1e6} million` }, details);
    case "time":
      return diagnose(messages, "DM3209/time", ranOut.span, { limit: seconds }, details);
    case "patience":
      return diagnose(messages, "DM3209/cancelled", ranOut.span, {}, details);
  }
}
