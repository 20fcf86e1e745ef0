// `deepmacc run REF`: a model on tensors from files, in one engine; the results as files. How engines are compared.
import type { Paint } from "../../report/index.ts";
import { withinMemory } from "../bounded.ts";
import type { Outcome } from "../exit.ts";
import { builtAt, runBuilt } from "./built.ts";
import { outcomeOf } from "./report.ts";
import type { RunOptions } from "./settings.ts";
import { runText } from "./text.ts";

export async function run(
  reference: string,
  options: RunOptions,
  paint: Paint,
  status: (text: string) => void = () => {},
): Promise<Outcome> {
  const built = builtAt(reference);
  const work = () => (built ? runBuilt(built, options, status) : runText(reference, options, status));
  return outcomeOf(await withinMemory(work).finally(() => status("")), paint);
}
