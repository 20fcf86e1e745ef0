// Names of classes: the word of the block; variants of one block say what they have more.
import { classNames, classSpelling } from "./names.ts";
import type { Template } from "./template.ts";

export interface NamedGroup {
  name: string;
  readonly block: string;
  readonly templates: readonly Template[];
}

/** The plainest variant of a block has its name; another says what it has more. */
export function nameGroups(groups: readonly NamedGroup[], root: NamedGroup | undefined): void {
  const names = classNames();
  const claim = (group: NamedGroup, wanted: readonly string[]): void => {
    group.name = names.claim(...wanted, classSpelling(group.block));
  };
  if (root) root.name = "Model";
  const others = groups.filter((group) => group !== root);
  const sizeOf = (group: NamedGroup): number => wordsOf(group).length;
  const families = new Map<string, NamedGroup[]>();
  for (const group of others) {
    const family = families.get(declarationOf(group));
    if (family) family.push(group);
    else families.set(declarationOf(group), [group]);
  }
  for (const family of families.values()) {
    const [plain, ...more] = [...family].sort((a, b) => sizeOf(a) - sizeOf(b));
    if (!plain) continue;
    claim(plain, [classSpelling(plain.block), `${fileOf(plain)}${classSpelling(plain.block)}`]);
    for (const group of more) {
      const usual = new Set(wordsOf(plain));
      const extra = wordsOf(group).filter((name) => !usual.has(name));
      claim(
        group,
        extra.map((name) => `${plain.name}With${classSpelling(name)}`),
      );
    }
  }
}

/** What the source calls the parts of a class, and whether it pads as TensorFlow does. */
function wordsOf({ templates }: NamedGroup): readonly string[] {
  const [template] = templates;
  if (!template) return [];
  const names = template.scope.parts.flatMap((part) =>
    part.kind === "step" && part.step.node ? [part.step.name] : [],
  );
  const words = [...template.init.entries.keys(), ...names];
  return template.skeleton.includes("SameConv2d(") ? [...words, "same_padding"] : words;
}

function declarationOf(group: NamedGroup): string {
  const declared = group.templates[0]?.scope.instance?.declared;
  return `${declared?.source.name} ${declared?.start}`;
}

function fileOf(group: NamedGroup): string {
  const name = group.templates[0]?.scope.instance?.declared.source.name ?? "";
  return classSpelling(name.slice(name.lastIndexOf("/") + 1).replace(/\.dm$/, ""));
}
