// Builds the page assets: `npm run build`. Sources in assets/, result in src/qunlian/site/static/qunlian/ (not committed).
import purgecss from "@fullhuman/postcss-purgecss";
import { existsSync } from "node:fs";
import { defineConfig } from "vite";
import { finish } from "./assets/build/finish.js";
import { sprite } from "./assets/build/sprite.js";

const out = "src/qunlian/site/static/qunlian";
const entries = { console: "console/main.js", charts: "charts/main.js", member: "member/main.js", chat: "member/chat.js", beside: "beside/main.js" };
const input = Object.fromEntries(
  Object.entries(entries)
    .map(([name, path]) => [name, `assets/${path}`])
    .filter(([, path]) => existsSync(path)),
);

// Of Tabler and WeUI only what a template, a tag or a module names is kept; our own styles stay whole.
const purge = purgecss({
  content: ["src/qunlian/**/*.html", "src/qunlian/**/*.py", "assets/**/*.js"],
  safelist: { standard: ["html", "body", "dialog", /^htmx-/, /^is-/, /:popover-open$/], variables: [/.*/] },
  defaultExtractor: (text) => text.match(/[\w-/:]+(?<!:)/g) ?? [],
});
const purgeVendors = {
  postcssPlugin: "purge-vendors",
  OnceExit: (root, tools) => (root.source?.input.file?.includes("node_modules") ? purge.OnceExit(root, tools) : undefined),
};

export default defineConfig({
  root: ".",
  base: "/static/qunlian/",
  publicDir: "assets/public",
  css: { postcss: { plugins: [purgeVendors] } },
  plugins: [sprite(), finish(out)],
  build: {
    outDir: out,
    emptyOutDir: true,
    target: ["chrome100", "safari15.4", "firefox100"],
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input,
      output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js", assetFileNames: "[name]-[hash][extname]" },
    },
  },
});
