// The state of one elaboration: what is known, what was reported, which expansions are open.

import {
  type Declaration,
  type Details,
  type Diagnostic,
  diagnose,
  type Expansion,
  positionAt,
  type Slots,
  type Span,
} from "../../../grammar/index.ts";
import { endOf } from "../../budget/end.ts";
import type { Phase } from "../../ir/graph.ts";
import { type MessageKey, messages } from "../../messages/messages.ts";
import type { Origin } from "../../sizes/dim/dim.ts";
import type { SizeSet } from "../../sizes/set/set.ts";
import { countedSegment } from "../text/counted.ts";
import { deeplyNested } from "../text/nesting.ts";
import type { DeclaredBlock, Value } from "../values/value.ts";
import { Builder } from "./builder.ts";
import { type Asker, SizeFacts } from "./facts.ts";
import type { Mode } from "./modes.ts";
import type { Evaluated, Expanded, Session } from "./session.ts";

/** One open use of a block. The text is made when a message needs it. */
export interface Frame {
  readonly block: DeclaredBlock;
  readonly span: Span;
  /** Axes that lead every sample of the body, known once an input is bound. */
  leading?: number;
  readonly text: () => string;
}

/** What is known of the sizes before the pass: names of theirs, and which they can be. */
interface GivenSizes {
  readonly origins: ReadonlyMap<string, Origin>;
  readonly known: ReadonlyMap<string, SizeSet>;
}

const noSizes: GivenSizes = { origins: new Map(), known: new Map() };

const identityOf = ({ code, span }: Diagnostic): string => `${code} ${span.source.name} ${span.start}`;

/** Of a message with its chain of uses, in steps. */
const reportCost = 10;

interface Recording {
  readonly diagnostics: Map<string, Diagnostic>;
  /** Open uses where it began. */
  readonly frames: number;
  readonly outside: boolean;
}

/** Blocks of so many levels can be what exhausts the stack. */
const fewLevels = 100;

/** Thrown through an elaboration that has to stop; its diagnostic is already reported. */
export class Stop extends Error {}

/** The nesting of expressions, functions and blocks together is too deep. */
const isStackExhausted = (error: unknown): boolean => error instanceof RangeError && /call stack/i.test(error.message);

export class Context {
  readonly phase: Phase;
  readonly mode: Mode;
  readonly sizes: SizeFacts;
  readonly builder = new Builder();
  readonly diagnostics: Diagnostic[] = [];
  readonly frames: Frame[] = [];
  /** Open uses of each block. */
  readonly levels = new Map<Declaration, number>();
  /** Most uses that were open at once, since whoever asks last set it back. */
  deepest = 0;
  /** Uses that were expanded already, by block, arguments and what flowed in. */
  readonly expansions = new Map<string, Expanded>();
  readonly session: Session;
  /** Skips that `without` removes in what is being expanded. */
  dropped: ReadonlySet<string> = new Set();
  /** Every skip met so far, in order of first sight. */
  readonly skips = new Set<string>();
  /** Anything asked for the phase: the two graphs may differ. */
  phased = false;
  /** The shared blocks that are being used, outermost first; what they expand to is not remembered. */
  readonly shares: string[] = [];
  /** Operators whose `defaults` are being evaluated. */
  readonly openDefaults = new Set<string>();
  /** A call whose value is an argument of the call around it, which reports tensors in the parentheses of both. */
  awaitedCall: Span | undefined;
  /** What such a call was meant to be, as text. */
  readonly meantFlows = new Map<Span, string>();
  /** Open calls of `fn`s. */
  functionDepth = 0;
  /** The last place at which something was done. */
  #place: Span | undefined;
  readonly #seen = new Set<string>();
  /** Evaluations that are being recorded, outermost first: each hears everything, also what was reported before. */
  readonly #recordings: Map<string, Diagnostic>[] = [];

  constructor(session: Session, phase: Phase, mode: Mode, given: GivenSizes = noSizes) {
    this.session = session;
    this.phase = phase;
    this.mode = mode;
    this.sizes = new SizeFacts(given.origins, (steps, place) => this.#spend(steps, place));
    for (const [name, sizes] of given.known) this.sizes.known.set(name, sizes);
  }

  get failed(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === "error");
  }

  report<Key extends MessageKey>(
    key: Key,
    span: Span,
    slots: Slots<(typeof messages)[Key]>,
    details: Details = {},
  ): Diagnostic {
    this.session.budget.spend(reportCost + this.frames.length, span);
    const diagnostic = diagnose(messages, key, span, slots, { chain: this.chain(), ...details });
    this.add(diagnostic);
    return diagnostic;
  }

  /** One mistake, one message: the same code at the same place is reported once. */
  add(diagnostic: Diagnostic, identity = identityOf(diagnostic)): void {
    for (const heard of this.#recordings) if (!heard.has(identity)) heard.set(identity, diagnostic);
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.diagnostics.push(diagnostic);
  }

  /** `add`, to be handed on. */
  readonly adds = (diagnostic: Diagnostic): void => this.add(diagnostic);

  /** Evaluates once, and keeps what whoever reads the answer later has to hear as well. */
  recorded(evaluate: () => Value): Evaluated {
    const recording = this.startRecording();
    try {
      const value = evaluate();
      return { value, diagnostics: recording.diagnostics, frames: recording.frames, phased: this.phased };
    } finally {
      this.stopRecording(recording);
    }
  }

  /** Two calls for what must not add to the stack. What is asked for the phase inside is told by `phased` until the second. */
  startRecording(): Recording {
    const recording = { diagnostics: new Map(), frames: this.frames.length, outside: this.phased };
    this.phased = false;
    this.#recordings.push(recording.diagnostics);
    return recording;
  }

  stopRecording({ outside }: Recording): void {
    this.#recordings.pop();
    this.phased ||= outside;
  }

  /** What was heard in so many frames is told in those that are open now. */
  replay({ value, diagnostics, phased, frames }: Evaluated): Value {
    for (const [identity, diagnostic] of diagnostics) {
      const isKnown = this.#recordings.length === 0 && this.#seen.has(identity);
      if (!isKnown) this.add({ ...diagnostic, chain: [...this.chain(), ...diagnostic.chain.slice(frames)] }, identity);
    }
    if (phased) this.phased = true;
    return value;
  }

  /** Axes that lead every sample of the body that is being run. A block without inputs takes those around it. */
  get leading(): number {
    return this.frames.findLast((frame) => frame.leading !== undefined)?.leading ?? 1;
  }

  /** The first input of a body says what leads in it. */
  leads(leading: number): void {
    const frame = this.frames.at(-1);
    if (frame) frame.leading ??= leading;
  }

  chain(): readonly Expansion[] {
    return this.frames.map((frame) => ({ text: frame.text(), span: frame.span }));
  }

  asker(text: string, span: Span): Asker {
    return { text, span, chain: () => this.chain() };
  }

  /** Reports what the last questions about sizes brought to light. */
  reportConflicts(span: Span): void {
    for (const conflict of this.sizes.takeConflicts()) {
      if (conflict.kind === "empty") {
        const { variable, first, second } = conflict;
        this.report("DM4104", span, { variable, first, second });
      } else {
        const { variables, condition, help } = conflict;
        const [a = "", b] = variables;
        if (b === undefined) this.report("DM4106/period", span, { condition, variable: a });
        else this.report("DM4106", span, { variables: variables.join(" and "), condition }, { help: [help] });
      }
    }
  }

  /** A weight path that a line inserted above would rename; one warning per line. */
  fragilePath(segment: string, span: Span): void {
    if (this.mode.builds) return;
    const identity = `DM8003 ${span.source.name}:${positionAt(span.source, span.start).line}`;
    if (this.#recordings.length === 0 && this.#seen.has(identity)) return;
    const body = this.frames.at(-1)?.block.declaration.body;
    const counted = body ? countedSegment(segment, span, body, this.session.text) : segment;
    this.add(diagnose(messages, "DM8003", span, { segment: counted }), identity);
  }

  /** Counts work; elements that stay in memory count more. */
  step(span: Span, cost = 1): void {
    this.#place = span;
    if (!this.session.budget.spend(cost, span)) this.#stop();
  }

  #spend(steps: number, place = this.#place): void {
    if (place) this.step(place, steps);
  }

  /** Every question that runs into the end of a budget says where that was. */
  #stop(): never {
    this.#reportEnd();
    throw new Stop();
  }

  #reportEnd(): undefined {
    const said = endOf(this.session.budget, { chain: this.chain() });
    if (said) this.add(said);
  }

  /** Runs to the end, or answers undefined after a report of what stopped it. */
  untilStopped<Result>(run: () => Result): Result | undefined {
    try {
      return run();
    } catch (error) {
      return this.stopped(error);
    }
  }

  /** Reports what stopped an evaluation, of a model where it is one; what is thrown otherwise is a mistake of ours. */
  stopped(error: unknown, model?: DeclaredBlock): undefined {
    if (error instanceof Stop) return this.#reportEnd();
    if (!this.#place || !isStackExhausted(error)) throw error;
    const said = this.report("DM3207/stack", this.#place, {});
    if (model) this.rememberNesting(model, fewLevels, said);
  }

  /** What lies in each other is one mistake: it is not looked for again from every block of it. */
  rememberNesting(outermost: DeclaredBlock, levels: number, said: Diagnostic): void {
    for (const each of deeplyNested(outermost, levels)) this.session.tooDeep.set(each, said);
  }
}
