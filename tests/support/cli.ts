import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { startNode } from "./process.ts";

const MAIN = resolve("dist/cli/main.js");
/** Compiled code, which all commands of all test runs share. */
const NODE_COMPILE_CACHE = resolve("node_modules/.cache/node-compile-cache");
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of this test file's own, gone when it has run. */
export function temporaryFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "auth0-streams-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A folder with a copy of the example manifests. */
export function folderWithExamples(): string {
  const folder = temporaryFolder();
  cpSync("manifests", join(folder, "manifests"), { recursive: true });
  return folder;
}

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Options of a run. `env` replaces what the command would inherit, save PATH and HOME. */
interface RunOptions {
  cwd: string;
  env?: Record<string, string>;
  input?: string;
  nodeOptions?: string[];
}

/** Runs the built CLI as a process of its own. */
export function openmcf(
  args: readonly string[],
  { cwd, env = {}, input, nodeOptions = [] }: RunOptions,
): Promise<Outcome> {
  const child = startNode([...nodeOptions, MAIN, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, TMPDIR: cwd, NODE_COMPILE_CACHE, ...env },
  });
  child.stdin.end(input ?? "");
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (texts.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (texts.stderr += chunk));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => done({ code, signal, ...texts }));
  });
}

/** Runs with `-o json` and parses what was printed. */
export async function openmcfJson<T>(args: readonly string[], options: RunOptions): Promise<Outcome & { json: T }> {
  const outcome = await openmcf([...args, "-o", "json"], options);
  try {
    return { ...outcome, json: JSON.parse(outcome.stdout) as T };
  } catch {
    throw new Error(`not JSON (exit ${outcome.code}):\n${outcome.stdout}\n${outcome.stderr}`);
  }
}

/** The part of a run's JSON that tests look at. */
export interface RunJson {
  stacks: {
    stack: string;
    manifest: { file: string; line: number; kind: string; name: string };
    result: string;
    steps: {
      op: string;
      urn: string;
      type: string;
      diff: { path: string; kind: string; replace: boolean; before?: unknown; after?: unknown }[];
    }[];
    outputs: Record<string, unknown>;
    diagnostics: { code: string; severity: string; message: string; line?: number; column?: number }[];
  }[];
  summary: Record<string, number>;
}

/** A folder with a `pulumi` to put on PATH: the embedded engine behind the CLI's arguments and protocols. */
export function pulumiStandIn(): string {
  const bin = join(temporaryFolder(), "bin");
  mkdirSync(bin);
  symlinkSync(resolve("tests/support/pulumi-shim.mjs"), join(bin, "pulumi"));
  return bin;
}
