// One SVG sprite of the Tabler icons that templates and Python name, and of assets/icons.json.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { walk } from "./walk.js";

const icons = "node_modules/@tabler/icons/icons/outline";
const named = /\bicon(?:=|_name=|:\s*|\s+)["']([a-z0-9-]+)["']/g;

function usedNames() {
  const names = new Set(JSON.parse(readFileSync("assets/icons.json", "utf8")));
  for (const file of walk("src/qunlian", /\.(html|py)$/)) {
    for (const match of readFileSync(file, "utf8").matchAll(named)) names.add(match[1]);
  }
  return [...names].sort();
}

function symbol(name) {
  const path = join(icons, `${name}.svg`);
  if (!existsSync(path)) return "";
  const body = readFileSync(path, "utf8")
    .replace(/[\s\S]*?<svg[^>]*>/, "")
    .replace(/<\/svg>[\s\S]*/, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s+/g, " ")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
}

export function sprite() {
  return {
    name: "qunlian-sprite",
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${usedNames().map(symbol).join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", source });
    },
  };
}
