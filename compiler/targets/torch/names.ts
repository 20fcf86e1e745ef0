// Names that Python and PyTorch accept. A name that means something there gets an underscore.

const words =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda match case nonlocal not or pass raise return try type while with yield self l";

/** Attributes of nn.Module and of its containers: a child of that name would hide them. A peer test holds the list to PyTorch. */
export const moduleAttributes =
  "T_destination add_module append apply bfloat16 buffers call_super_init children clear compile cpu cuda double dump_patches eval extend extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half insert ipu items keys load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters pop register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type update values xpu zero_grad reset_parameters";

const keywords = new Set(words.split(" "));
const attributes = new Set([...keywords, ...moduleAttributes.split(" ")]);

const legal = (name: string): string => {
  const text = name.replace(/[^A-Za-z0-9_]/g, "_");
  return text === "" || /^[0-9]/.test(text) ? `_${text}` : text;
};

/** A child of a module. Numbers stay: containers count their members. */
export function attributeName(segment: string): string {
  if (/^(0|[1-9][0-9]*)$/.test(segment)) return segment;
  const name = legal(segment);
  // Names with leading underscores are PyTorch's own.
  const public_ = name.startsWith("_") ? `x${name}` : name;
  return attributes.has(public_) ? `${public_}_` : public_;
}

/** A field of a named tuple. */
export function fieldName(name: string): string {
  const field = legal(name).replace(/^_+/, "");
  return field === "" || keywords.has(field) || ["count", "index"].includes(field) ? `${field}_` : field;
}

/** `res_net_head`, `ResNet[20]` -> `ResNetHead`, `ResNet20`. */
export const className = (name: string): string =>
  legal(
    name
      .split(/[^A-Za-z0-9]+/)
      .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
      .join(""),
  );

/** Local names of one function: each once, none that the file uses itself. */
export class LocalNames {
  readonly #taken: Set<string>;

  constructor(reserved: readonly string[]) {
    this.#taken = new Set(reserved);
  }

  claim(wanted: string): string {
    const base = legal(wanted.toLowerCase());
    const name = keywords.has(base) ? `${base}_` : base;
    let free = name;
    for (let i = 2; this.#taken.has(free); i++) free = `${name}_${i}`;
    this.#taken.add(free);
    return free;
  }
}

/** What every file has, and what helpers are called. */
export const reservedLocals =
  "torch nn F Tensor Path json sys math partial OrderedDict sequence pair pad_same append_coords avg_pool_same max_pool_same without_bias without_weight initialise load_weights Model Outputs range list int str bool float".split(
    " ",
  );
