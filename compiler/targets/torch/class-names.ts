// Names of classes: the word of the block; variants of one block say what they have more.
import { className } from "./names.ts";
import type { Template } from "./template.ts";

export interface NamedGroup {
  name: string;
  readonly block: string;
  readonly templates: readonly Template[];
}

/** The plainest variant of a block has its name; another says what it has more. */
export function nameGroups(groups: readonly NamedGroup[], root: NamedGroup | undefined): void {
  const taken = new Set([
    "Model",
    "Outputs",
    "SameConv2d",
    "Tensor",
    "Path",
    "OrderedDict",
    "F",
    "Named",
    "NamedTuple",
    "Callable",
  ]);
  const claim = (group: NamedGroup, wanted: readonly string[]): void => {
    const name = wanted.find((each) => !taken.has(each)) ?? numbered(className(group.block), taken);
    taken.add(name);
    group.name = name;
  };
  if (root) root.name = "Model";
  const others = groups.filter((group) => group !== root);
  const sizeOf = (group: NamedGroup): number => wordsOf(group).length;
  const families = new Map<string, NamedGroup[]>();
  for (const group of others)
    families.set(declarationOf(group), [...(families.get(declarationOf(group)) ?? []), group]);
  for (const family of families.values()) {
    const [plain, ...more] = [...family].sort((a, b) => sizeOf(a) - sizeOf(b));
    if (!plain) continue;
    claim(plain, [className(plain.block), `${fileOf(plain)}${className(plain.block)}`]);
    for (const group of more) {
      const usual = new Set(wordsOf(plain));
      const extra = wordsOf(group).filter((name) => !usual.has(name));
      claim(
        group,
        extra.map((name) => `${plain.name}With${className(name)}`),
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

function numbered(base: string, taken: ReadonlySet<string>): string {
  for (let i = 2; ; i++) if (!taken.has(`${base}${i}`)) return `${base}${i}`;
}

function declarationOf(group: NamedGroup): string {
  const declared = group.templates[0]?.scope.instance?.declared;
  return `${declared?.source.name} ${declared?.start}`;
}

function fileOf(group: NamedGroup): string {
  const name = group.templates[0]?.scope.instance?.declared.source.name ?? "";
  return className(name.slice(name.lastIndexOf("/") + 1).replace(/\.dm$/, ""));
}
