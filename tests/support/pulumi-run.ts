import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { serveServices } from "../../pkg/automation/serve-services.ts";
import type { ProgramHost } from "../../pkg/engine/index.ts";

/** What a run of a program told, besides what it did to the stack. */
export interface ProgramRun {
  /** Wall time of the process, milliseconds. */
  ms?: number;
  stderr?: string;
}

/** How the CLI's language host runs a program: Pulumi's own `cmd/run` in a process of its own, against our engine. */
export function pulumiRun(
  program: string,
  options: { cwd: string; env?: Record<string, string>; config?: Record<string, string> },
  told: ProgramRun = {},
): ProgramHost {
  return async (services, { organization, project, stack, preview }) => {
    const { address, close } = await serveServices(services);
    const started = performance.now();
    const where = { monitor: address, engine: address, organization, project, stack, pwd: options.cwd, parallel: "16" };
    const flags = Object.entries(where).flatMap(([name, value]) => [`--${name}`, value]);
    if (preview) flags.push("--dry-run");
    const child = spawn(
      process.execPath,
      [resolve("node_modules/@pulumi/pulumi/cmd/run/index.js"), ...flags, program],
      {
        cwd: options.cwd,
        env: {
          PATH: process.env["PATH"],
          PULUMI_NODEJS_TYPESCRIPT: "false",
          PULUMI_CONFIG: JSON.stringify(options.config ?? {}),
          ...options.env,
        },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    told.stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (told.stderr += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once("close", done));
    told.ms = performance.now() - started;
    close();
    // 32: it has told the engine what is wrong.
    return code === 0 || code === 32 ? [] : [new Error(`the program ended with ${code}`)];
  };
}
