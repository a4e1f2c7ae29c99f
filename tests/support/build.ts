import { execFileSync } from "node:child_process";

/** Whole-command tests run the built CLI: what is tested is what is shipped. */
export default function setup(): void {
  execFileSync(process.execPath, ["scripts/build.ts"], { stdio: "inherit" });
}
