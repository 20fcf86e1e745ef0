// Paths -> the names of modules. Steps of a path become attributes of the module around them; the names of one
// module's children are decided together, so that no two paths meet.
import { attributeNames, attributeSpelling, claimAll } from "./names.ts";
import type { Part, Scope } from "./scopes.ts";
import type { Step } from "./steps.ts";

/** One step of the paths. */
interface Place {
  readonly children: Map<string, Place>;
  /** A layer lies here, though other modules lie below: hand-made paths may do that. */
  isCrowded: boolean;
  /** Names of the children; that of a layer at a crowded place has a key of its own. */
  names?: ReadonlyMap<string, string>;
}

const empty = (): Place => ({ children: new Map(), isCrowded: false });
const layerKey = (word: string): string => `${/^\d/.test(word) ? "layer_" : ""}${word}_`;

export class ModuleNames {
  readonly #root = empty();

  constructor(steps: readonly Step[]) {
    for (const { node, layer } of steps) {
      if (node) this.#add(node.path);
      if (layer) this.#add(layer.address);
    }
    const layers = new Set(steps.flatMap(({ layer }) => layer?.address ?? []));
    for (const address of layers) this.#markCrowded(address.split("/"), layers);
  }

  #add(path: string): void {
    let at = this.#root;
    for (const word of path.split("/")) {
      const next = at.children.get(word) ?? empty();
      at.children.set(word, next);
      at = next;
    }
  }

  /** Marks the layers above an address. */
  #markCrowded(words: readonly string[], layers: ReadonlySet<string>): void {
    let at = this.#root;
    for (const [i, word] of words.slice(0, -1).entries()) {
      at = at.children.get(word) ?? at;
      if (layers.has(words.slice(0, i + 1).join("/"))) at.isCrowded = true;
    }
  }

  /** The names from the model to a module. */
  of(path: string, isLayer: boolean): readonly string[] {
    const names: string[] = [];
    let at = this.#root;
    for (const word of path === "" ? [] : path.split("/")) {
      const known = this.#namesIn(at);
      const next = at.children.get(word);
      if (!next) throw new Error(`internal: ${path} is no path of the model`);
      names.push(known.get(word) ?? word);
      at = next;
    }
    if (isLayer && at.isCrowded) return [...names.slice(0, -1), this.#layerName(path)];
    return names;
  }

  #layerName(path: string): string {
    const words = path.split("/");
    const parent = words.slice(0, -1).reduce((at, word) => at.children.get(word) ?? at, this.#root);
    const key = layerKey(words.at(-1) ?? "");
    return this.#namesIn(parent).get(` ${key}`) ?? key;
  }

  #namesIn(place: Place): ReadonlyMap<string, string> {
    if (place.names) return place.names;
    const words = [...place.children].flatMap(([word, { isCrowded }]) =>
      isCrowded ? [word, ` ${layerKey(word)}`] : [word],
    );
    place.names = claimAll(words, attributeNames(), (word) => attributeSpelling(word.trim()));
    return place.names;
  }

  /** The names from a scope's module to one of its parts. */
  within(scope: Scope, part: Part): readonly string[] {
    const isLayer = part.kind === "step" && part.step.layer !== undefined;
    const path = part.kind === "scope" ? part.scope.address : (part.step.layer?.address ?? part.step.node?.path ?? "");
    const from = isBelow(path, scope.address) ? scope.address : scope.dir;
    return this.of(path, isLayer).slice(from === "" ? 0 : from.split("/").length);
  }

  /** By the name of a child in Python: what the text calls it. */
  wordsIn(path: string): ReadonlyMap<string, string> {
    let at: Place | undefined = this.#root;
    for (const word of path === "" ? [] : path.split("/")) at = at?.children.get(word);
    return new Map([...(at ? this.#namesIn(at) : [])].map(([word, name]) => [name, word]));
  }
}

const isBelow = (path: string, dir: string): boolean => dir === "" || path.startsWith(`${dir}/`);
