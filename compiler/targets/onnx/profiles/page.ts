// The page of all profiles, for people. It is generated from the tables and kept as a golden file.
import { backendNames, backends, graphRules, profileTitle } from "./backends.ts";
import { type Objections, operatorRows } from "./operators.ts";

const opening = `# Profiles

\`deepmacc build --profile NAME\` holds the ONNX graph that was built against what a runtime can run, before anything is
written. What it cannot run is an error (exit code 4), what it is slow at is a warning. The message names the operator,
its line, and a way out. \`portable\` asks for a file that all of them run. This page is generated from the tables that
the command uses.

onnxruntime sends nodes that its WebGPU and CoreML providers do not have to the processor. Such a model still runs, but
the tensors travel there and back; these profiles treat that as an error, because nobody asks for a profile to get it.

## Sources
`;

export function profilesPage(): string {
  const sources = backendNames.map((name) => `- \`${name}\`: ${backends[name].source}`);
  return [
    opening,
    ...sources,
    "",
    "## Operators",
    "",
    "The ONNX operators that this compiler writes. `yes`: it runs. The reasons stand below.",
    "",
    `| ONNX operator | ${backendNames.map((name) => `\`${name}\``).join(" | ")} |`,
    `|---|${backendNames.map(() => "---|").join("")}`,
    ...Object.entries(operatorRows).map(([op, row]) => `| ${op} | ${cellsOf(row).join(" | ")} |`),
    "",
    ...Object.entries(operatorRows).flatMap(([op, row]) => reasonsOf(op, row)),
    "",
    "## Whole graphs",
    "",
    "| profile | asks that | otherwise |",
    "|---|---|---|",
    ...graphRules.map(({ profile, asks, severity }) => `| \`${profile}\` | ${asks} | ${severity} |`),
    "",
  ].join("\n");
}

const cellsOf = (row: Objections): readonly string[] =>
  backendNames.map((name) => {
    const objection = row[name];
    return objection ? (objection.severity === "error" ? "no" : "slow") : "yes";
  });

const reasonsOf = (op: string, row: Objections): readonly string[] =>
  backendNames.flatMap((name) => {
    const objection = row[name];
    return objection ? [`- ${op}, ${profileTitle(name)}: ${objection.reason}. Way out: ${objection.wayOut}.`] : [];
  });
