// docs/architectures.md: every shipped architecture in numbers, generated, so that a change of any of
// them shows as a changed line.

import { join } from "node:path";
import { expect, it } from "vitest";
import { type Summary, summarize } from "../compiler/index.ts";
import { grouped, magnitude } from "../report/index.ts";
import { root } from "./deepmacc.ts";
import { backboneFiles, type Spec, specsIn } from "./specs.ts";

interface Section {
  readonly title: string;
  readonly files: readonly string[];
  /** The sizes at which multiply-adds are counted; a model takes those of its own dimensions. */
  readonly at: Readonly<Record<string, number>>;
  /** What the weights need to know. */
  readonly open: Readonly<Record<string, number>>;
}

const heads = (...names: string[]) => names.map((name) => `specs/heads/${name}.dm`);
const sections: readonly Section[] = [
  {
    title: "Mask heads of Deep-MAC, one crop of 32×32 with 50 channels",
    files: heads("hourglass", "resnet", "bottleneck", "fc"),
    at: { N: 1, S: 32, C: 50 },
    open: { C: 50 },
  },
  {
    title: "Mask heads of Mask R-CNN and Deep-MARC, one crop of 32×32 with 256 channels",
    files: heads("maskrcnn"),
    at: { N: 1, S: 32, C: 256 },
    open: { C: 256 },
  },
  {
    title: "Backbones, one image of 512×512",
    files: backboneFiles,
    at: { N: 1, H: 512, W: 512 },
    open: {},
  },
  {
    title: "Whole systems, one image of 1024×1024 with 100 boxes",
    files: ["deepmac", "deepmarc", "torchvision"].map((name) => `specs/detectors/${name}.dm`),
    at: { N: 1, H: 1024, W: 1024, K: 100 },
    open: {},
  },
];

/** The sizes that this model has: FC heads have no S. */
function summaryOf({ title, program, request }: Spec, at: Section["at"]): Summary {
  const { diagnostics } = summarize(program, { ...request, at });
  const strangers = diagnostics.filter(({ code }) => code === "DM2007").length > 0;
  const { S: _, ...rest } = at;
  const answer = summarize(program, { ...request, at: strangers ? rest : at });
  if (!answer.summary) throw new Error(`${title}: ${answer.diagnostics.map(({ message }) => message).join("; ")}`);
  return answer.summary;
}

function row(spec: Spec, { at, open }: Section): string {
  const sized = summaryOf(spec, at);
  const { requires, inputs } = summaryOf(spec, open);
  const isFixed = inputs.every(({ shape }) => /^\[N, [\d, ]+\]$/.test(shape));
  const field = typeof sized.rf === "object" ? sized.rf.join(" × ") : grouped(sized.rf);
  const cells = [
    `\`${spec.title}\``,
    grouped(sized.depth),
    grouped(sized.params),
    grouped(sized.buffers),
    magnitude(sized.macs),
    field,
    isFixed ? `only ${inputs[0]?.shape}` : requires === "" ? "every size" : requires,
  ];
  return `| ${cells.join(" | ")} |`;
}

function section(each: Section): string {
  const rows = specsIn(each.files).map((spec) => row(spec, each));
  return [
    `## ${each.title}`,
    "",
    "| Model | Layers | Parameters | Statistics | Multiply-adds | Receptive field | Sizes that work |",
    "|---|---|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

const introduction = `# Architectures

Everything that ships in \`specs/\`, as the compiler counts it. Layers are the weighted ones on the longest path, the
1×1 convolutions for input and logits included. Parameters are trained; statistics are the moving averages of batch
norms. This page is generated.
`;

it("docs/architectures.md is up to date", async () => {
  const page = [introduction, ...sections.map(section)].join("\n");
  await expect(page).toMatchFileSnapshot(join(root, "docs/architectures.md"));
});
