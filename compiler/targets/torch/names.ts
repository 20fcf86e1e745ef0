// Names that Python and PyTorch accept. The file owns its names: whatever the text says, each name stands for one
// thing in its scope and hides nothing that the scope uses. A word that the text may keep is kept.
import { helperNames } from "./prelude.ts";

const keywords =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda match case nonlocal not or pass raise return try type while with yield self l _ __debug__ __class__".split(
    " ",
  );

/** Attributes of nn.Module and of its containers: a child of that name would hide them. A peer test holds the list to PyTorch. */
export const moduleAttributes =
  "T_destination add_module append apply bfloat16 buffers call_super_init children clear compile cpu cuda double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half insert ipu items keys load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters pop register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type update values xpu zero_grad reset_parameters";

/** What the file defines or imports, and what it uses of Python. */
const globals = [
  ...helperNames,
  ..."torch nn F Tensor Path json sys math partial OrderedDict Callable TYPE_CHECKING Any NamedTuple WEIGHTS DTYPES PARAMETERS BUFFERS EXAMPLE SHAPES VALUES IMAGE MASKS Model Outputs ValueError super load_weights check_sizes range list int str bool float tuple".split(
    " ",
  ),
];

const legal = (name: string): string => {
  const text = name.replace(/[^A-Za-z0-9_]/g, "_");
  return text === "" || /^[0-9]/.test(text) ? `_${text}` : text;
};
/** Python rewrites such names inside a class. */
const unmangled = (name: string): string => (name.startsWith("__") ? `x${name}` : name);

/** The names of one scope, each once. */
export class Names {
  readonly #reserved: ReadonlySet<string>;
  readonly #gap: string;
  readonly #taken = new Set<string>();
  /** The number to try next behind a word. */
  readonly #next = new Map<string, number>();

  /** `gap` stands between a word and its number. */
  constructor(reserved: Iterable<string>, gap = "_") {
    this.#reserved = new Set(reserved);
    this.#gap = gap;
  }

  isFree(name: string): boolean {
    return !this.#reserved.has(name) && !this.#taken.has(name);
  }

  /** The first of the words that is free; otherwise the last one with `_` or a number behind it. */
  claim(...wanted: readonly string[]): string {
    const last = wanted.at(-1) ?? "x";
    const free = wanted.find((word) => this.isFree(word)) ?? this.#other(last);
    this.#taken.add(free);
    return free;
  }

  #other(word: string): string {
    if (this.#reserved.has(word) && this.isFree(`${word}_`)) return `${word}_`;
    let count = this.#next.get(word) ?? 2;
    while (!this.isFree(`${word}${this.#gap}${count}`)) count++;
    this.#next.set(word, count + 1);
    return `${word}${this.#gap}${count}`;
  }
}

/** A name for each word: those that can stay stay, the others find a place beside them. */
export function claimAll(
  words: Iterable<string>,
  names: Names,
  spell: (word: string) => string,
): ReadonlyMap<string, string> {
  const unique = [...new Set(words)];
  const stay = new Set(unique.filter((word) => spell(word) === word && names.isFree(word)));
  const claimed = new Map<string, string>();
  for (const word of stay) claimed.set(word, names.claim(word));
  for (const word of unique) if (!stay.has(word)) claimed.set(word, names.claim(spell(word)));
  return claimed;
}

/** Attributes of a module: its children, and what its constructor keeps. */
export const attributeNames = (taken: Iterable<string> = []): Names =>
  new Names([...keywords, ...moduleAttributes.split(" "), ...taken]);

/** Names with leading underscores are PyTorch's own. Numbers stay: containers count their members. */
export function attributeSpelling(word: string): string {
  if (/^(0|[1-9][0-9]*)$/.test(word)) return word;
  const name = legal(word);
  return name.startsWith("_") ? `x${name}` : name;
}

/** Locals of a function, and what it takes. */
export const localNames = (taken: Iterable<string> = []): Names => new Names([...keywords, ...globals, ...taken]);
export const localSpelling = (word: string): string => unmangled(legal(word.toLowerCase()));

/** What a constructor takes. */
export const parameterNames = (): Names => new Names([...keywords, ...globals]);
export const parameterSpelling = (word: string): string => unmangled(legal(word));

/** Fields of the named tuple of results. */
export function fieldNames(words: readonly string[]): ReadonlyMap<string, string> {
  const spell = (word: string): string => legal(word).replace(/^_+/, "") || "value";
  return claimAll(words, new Names([...keywords, "count", "index"]), (word) => spell(word));
}

/** Classes of the file, beside its own. */
export const classNames = (): Names => new Names([...keywords, ...globals], "");

/** `res_net_head`, `ResNet[20]` -> `ResNetHead`, `ResNet20`. */
export const classSpelling = (name: string): string =>
  legal(
    name
      .split(/[^A-Za-z0-9]+/)
      .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
      .join(""),
  );
