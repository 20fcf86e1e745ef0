// What a look at one declaration gathers while it walks over the text.
import { type Details, type Diagnostic, diagnose, type Slots, type Span } from "../../../../grammar/index.ts";
import { type MessageKey, messages } from "../../../messages/messages.ts";
import type { TextMemo } from "../memo.ts";
import type { Module } from "../program.ts";

export class Findings {
  readonly diagnostics: Diagnostic[] = [];
  readonly module: Module;
  readonly memo: TextMemo;
  /** Names of the body that were read. */
  readonly used = new Set<string>();
  /** Members of the enums that are types of parameters, by parameter. */
  readonly enums = new Map<string, readonly string[]>([["phase", ["train", "infer"]]]);

  /** A block that says nothing of what flows in: a name that means nothing was perhaps that. */
  lacksInputs = false;

  constructor(module: Module, memo: TextMemo) {
    this.module = module;
    this.memo = memo;
  }

  report<Key extends MessageKey>(
    key: Key,
    span: Span,
    slots: Slots<(typeof messages)[Key]>,
    details: Details = {},
  ): void {
    this.diagnostics.push(diagnose(messages, key, span, slots, details));
  }
}
