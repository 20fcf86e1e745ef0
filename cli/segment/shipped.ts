// The small model that comes with the package, and the picture that it is shown on.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { home } from "../home.ts";

export interface Shipped {
  readonly model: string;
  /** Absent where none are shipped: then the model has fresh weights, and its masks mean nothing. */
  readonly weights?: string;
}

/** As a person here would write it. */
function near(...path: readonly string[]): string {
  const whole = join(home(), ...path);
  const short = relative(process.cwd(), whole);
  return short.startsWith("..") ? whole : short;
}

export function shippedModel(): Shipped {
  const weights = near("models", "demo", "demo.safetensors");
  return { model: `${near("specs", "demo.dm")}:Demo`, ...(existsSync(weights) && { weights }) };
}

/** A picture that was drawn for this, and where things are in it. */
export const shippedPicture = (): { readonly picture: string; readonly boxes: string } => ({
  picture: near("models", "demo", "scene.jpg"),
  boxes: near("models", "demo", "scene.json"),
});
