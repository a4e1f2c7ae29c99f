import { execFileSync } from "node:child_process";

/** Whole-command tests run the built CLI, and the library beside it: what is tested is what is shipped. */
export default function setup(): void {
  execFileSync(process.execPath, ["scripts/build.ts"], { stdio: "inherit" });
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "inherit",
  });
}
