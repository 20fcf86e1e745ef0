// The mappings of a file as namings: each that no other mapping of the file is made of.
import type { Mapping } from "../../grammar/index.ts";
import type { Program } from "../check/text/program.ts";
import { namesIn } from "../check/text/rules/mappings.ts";
import { statedOrders } from "../check/text/rules/orders.ts";
import type { Naming } from "./bind.ts";
import { ruleSetOf } from "./match.ts";

export interface NamedNaming {
  readonly name: string;
  readonly naming: Naming;
  /** No other mapping of the file uses it: it stands for a whole model and not for a part. */
  readonly isWhole: boolean;
}

/** Every mapping that a file declares, in its order. */
export function mappingsOf({ entry }: Program): readonly NamedNaming[] {
  const mappings = entry.file.declarations.filter((each): each is Mapping => each.kind === "mapping");
  const used = new Set(
    mappings.flatMap((each) => each.rules.flatMap(namesIn).filter((name) => name !== each.name.text)),
  );
  return mappings.map(({ name: { text: name }, rules, annotations }) => {
    const title = `the mapping ${name} of ${entry.file.source.name}`;
    const stated = statedOrders(annotations);
    return { name, isWhole: !used.has(name), naming: { kind: "rules", title, rules: ruleSetOf(rules, entry), stated } };
  });
}
