import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import { serveServices } from "../../pkg/pulumi-command/serve-services.ts";
import type { ProgramHost } from "../../pkg/engine/index.ts";

/** What a run of a program told, besides what it did to the stack. */
export interface ProgramRun {
  /** Wall time of the process, milliseconds. */
  ms?: number;
  stderr?: string;
}

/**
 * How the CLI's language host runs a program: Pulumi's own `cmd/run` in a process of its own, against our engine. It
 * starts in the program's folder, and is told where the project is.
 * @param options.untold as by a CLI that does not tell.
 */
export function pulumiRun(
  program: string,
  options: { cwd: string; env?: Record<string, string>; config?: Record<string, string>; untold?: boolean },
  told: ProgramRun = {},
): ProgramHost {
  return async (services, { organization, project, stack, preview }) => {
    const { address, close } = await serveServices(services);
    const started = performance.now();
    const pwd = dirname(program);
    const where = { monitor: address, engine: address, organization, project, stack, pwd, parallel: "16" };
    const flags = Object.entries(where).flatMap(([name, value]) => [`--${name}`, value]);
    if (!options.untold) flags.push("--root-directory", options.cwd);
    if (preview) flags.push("--dry-run");
    const child = spawn(
      process.execPath,
      [resolve("node_modules/@pulumi/pulumi/cmd/run/index.js"), ...flags, program],
      {
        cwd: pwd,
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
    const ended = `the program ended with ${code}`;
    // 32: it has logged what is wrong.
    return code === 32 ? { failures: [], summary: ended } : { failures: code === 0 ? [] : [new Error(ended)] };
  };
}
