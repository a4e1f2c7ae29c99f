import { execFileSync } from "node:child_process";

/** Whole-command tests run the built CLI, and the library beside it: what is tested is what is shipped. */
export default function setup(): void {
  execFileSync(process.execPath, ["scripts/build/main.ts"], { stdio: "inherit" });
}
