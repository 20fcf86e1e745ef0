// Where the package itself lies: its shipped specs and its version. The bundle has its parts in
// dist/ and dist/chunks/, the sources lie in cli/, so the way up is searched, not counted.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export function home(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "specs", "blocks.dm"))) {
    const above = dirname(folder);
    if (above === folder) throw new Error("the package's own specs are missing");
    folder = above;
  }
  return folder;
}

export function version(): string {
  const { version: text } = JSON.parse(readFileSync(join(home(), "package.json"), "utf8")) as { version: string };
  return text;
}
