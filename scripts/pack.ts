// Makes package.json what is published, and puts it back: `npm pack` calls this before and after. What is bundled and what
// only builds and tests need is no dependency of the installed package, and its scripts need files that it does not have:
// the Pulumi CLI runs `npm install` inside the package's folder. zod stays, because the types name it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const FILE = "package.json";
const SAVED = ".package.json.saved";
const OF_THE_CHECKOUT = ["scripts", "devDependencies", "allowScripts"];

/** An interrupted pack left the published form behind. */
function restore(): void {
  if (existsSync(SAVED)) renameSync(SAVED, FILE);
}

restore();
if (process.argv[2] === "publish") {
  const text = readFileSync(FILE, "utf8");
  const published = Object.entries(JSON.parse(text) as object).filter(([key]) => !OF_THE_CHECKOUT.includes(key));
  writeFileSync(SAVED, text);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(published), null, 2)}\n`);
}
