// A lowered program against what a backend can run. Findings at one place of the source for one reason
// are one diagnostic, which names the nodes.
import { type Diagnostic, diagnose, type Span } from "../../../../grammar/index.ts";
import type { Graph, Node } from "../../../ir/graph.ts";
import { messages } from "../../../messages/messages.ts";
import type { OnnxNode, Program } from "../program.ts";
import { type BackendName, backendNames, backends, graphRules, type ProfileName, profileTitle } from "./backends.ts";
import { factsOf } from "./facts.ts";
import { type Objection, operatorRows } from "./operators.ts";

export interface LintOptions {
  readonly opset: number;
  readonly ir: number;
  /** Undefined with `--no-weights`. */
  readonly weights: unknown;
}

/** Errors for what the backend cannot run, warnings for what is slow there. */
export function lintProgram(
  graph: Graph,
  program: Program,
  profile: ProfileName,
  options: LintOptions,
): readonly Diagnostic[] {
  const names = profile === "portable" ? backendNames : [profile];
  const ofNodes = names.flatMap((name) => nodeFindings(graph, program, name));
  // Portable means that it runs; what one backend is slow at is no reason against it.
  const serious = profile === "portable" ? ofNodes.filter(({ severity }) => severity === "error") : ofNodes;
  return [...graphFindings(graph, program, profile, options), ...serious];
}

function graphFindings(
  graph: Graph,
  program: Program,
  profile: ProfileName,
  options: LintOptions,
): readonly Diagnostic[] {
  const facts = factsOf(graph, program, options);
  return graphRules.flatMap((rule) => {
    const own = rule.profile === profile;
    const shared = profile === "portable" && rule.severity === "error";
    if (!(own || shared) || !rule.applies(facts)) return [];
    const code = rule.severity === "error" ? "DM7203" : "DM7204";
    const slots = { backend: profileTitle(rule.profile), model: graph.name, reason: rule.reason(facts) };
    return [diagnose(messages, code, spanOf(graph), slots, { help: [rule.wayOut(facts)] })];
  });
}

/** The model: where the expansion of every node began, or its declaration where it has no node. */
function spanOf({ nodes, declared }: Graph): Span {
  const origin = nodes[0]?.origin;
  const span = origin?.chain[0]?.span ?? origin?.span ?? declared;
  if (!span) throw new Error("internal: a graph without a place in the source");
  return span;
}

interface Place {
  readonly node: Node;
  readonly onnx: string;
  readonly objection: Objection;
  readonly paths: Set<string>;
}

function nodeFindings(graph: Graph, program: Program, backend: BackendName): readonly Diagnostic[] {
  const places = new Map<string, Place>();
  for (const written of program.nodes) {
    const objection = operatorRows[written.opType]?.[backend];
    if (objection) note(places, written, objection, graph);
  }
  return [...places.values()].map((place) => diagnosticOf(place, graph, backend));
}

function note(places: Map<string, Place>, written: OnnxNode, objection: Objection, graph: Graph): void {
  const node = written.from ?? graph.nodes[0];
  if (!node) return;
  const { source, start, end } = node.origin.span;
  const key = `${written.opType} ${source.name}:${start}:${end}`;
  const place = places.get(key) ?? { node, onnx: written.opType, objection, paths: new Set() };
  places.set(key, place);
  place.paths.add(node.path);
}

const shownPaths = 4;

function diagnosticOf({ node, onnx, objection, paths }: Place, graph: Graph, backend: BackendName): Diagnostic {
  const { span, chain } = node.origin;
  const code = objection.severity === "error" ? "DM7201" : "DM7202";
  const slots = { backend: backends[backend].title, onnx, op: node.op, reason: objection.reason };
  const shown = [...paths].slice(0, shownPaths).map((path) => `${graph.name}/${path}`);
  const rest = paths.size > shown.length ? ` and ${paths.size - shown.length} more` : "";
  return diagnose(messages, code, span, slots, {
    notes: [`${paths.size === 1 ? "the node is" : "the nodes are"} ${shown.join(", ")}${rest}`],
    help: [objection.wayOut],
    chain,
  });
}
