// Builds everything that is shipped, into dist/.
import { rmSync } from "node:fs";
import { buildCli } from "./cli.ts";
import { buildLibrary, buildProgram, declareTypes } from "./library.ts";

rmSync("dist", { recursive: true, force: true });
await Promise.all([buildCli(), buildProgram(), buildLibrary(), declareTypes()]);
