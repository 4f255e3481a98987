// Every file under a folder whose name matches, in a stable order.
import { readdirSync } from "node:fs";
import { join } from "node:path";

export function walk(folder, pattern) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ["static", "node_modules", "__pycache__"].includes(entry.name) ? [] : walk(path, pattern);
      return pattern.test(entry.name) ? [path] : [];
    });
}
