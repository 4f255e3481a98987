// After the bundle: the flat list of names that `{% asset %}` reads, and .gz and .br beside each text file.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { walk } from "./walk.js";

function namesOf(bundle) {
  const names = {};
  for (const item of Object.values(bundle)) {
    if (item.type === "asset") {
      const name = item.names?.[0] ?? item.name;
      if (name && !name.endsWith(".map")) names[name.replace(/^.*\//, "")] = { file: item.fileName };
    } else if (item.isEntry) {
      names[`${item.name}.js`] = { file: item.fileName, imports: item.imports };
      const [style] = item.viteMetadata?.importedCss ?? [];
      if (style) names[`${item.name}.css`] = { file: style };
    }
  }
  return Object.fromEntries(Object.entries(names).sort());
}

// The licence of each package whose work is in the bundles goes with them.
function licences() {
  const used = ["htmx.org", "@tabler/core", "@tabler/icons", "echarts", "echarts-outlines", "zrender", "weui"];
  return used.map((name) => {
    const folder = join("node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.txt"].map((one) => join(folder, one)).find(existsSync);
    return `${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8") : ""}`;
  }).join(`\n\n${"-".repeat(80)}\n\n`);
}

export function finish(folder) {
  return {
    name: "qunlian-finish",
    enforce: "post",
    writeBundle(_options, bundle) {
      writeFileSync(join(folder, "names.json"), `${JSON.stringify(namesOf(bundle), null, 1)}\n`);
      writeFileSync(join(folder, "licences.txt"), licences());
      for (const path of walk(folder, /\.(js|css|svg)$/)) {
        if (statSync(path).size < 500) continue;
        const source = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(source, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}
