import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { auth0Plugin, awsPlugin } from "../../pkg/providers/index.ts";
import type { ProviderPlugin } from "../../pkg/provider-contract/index.ts";
import type { AwsOverride } from "../../pkg/providers/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { startNode } from "./process.ts";

/** Servers that a failing test did not end itself. */
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A line of the sandbox's own record of requests. */
export interface SandboxRequest {
  method: string;
  path: string;
  status: number;
  name?: string;
  fault?: string;
}

/** What the sandbox saw, token requests left out. */
export function requestsTo(folder: string): SandboxRequest[] {
  return allRequestsTo(folder).filter(({ path }) => path.startsWith("/api/"));
}

export function allRequestsTo(folder: string): SandboxRequest[] {
  return lines(join(folder, ".sandbox/requests.jsonl"));
}

/** Streams that exist at the sandbox, by name, with every id that has it. */
export function streamsIn(folder: string): Map<string, string[]> {
  const streams = new Map<string, { id: string; name: string }>();
  for (const entry of lines<{ stream?: { id: string; name: string }; deleted?: string }>(
    join(folder, ".sandbox/auth0.jsonl"),
  )) {
    if (entry.stream) streams.set(entry.stream.id, entry.stream);
    else if (entry.deleted) streams.delete(entry.deleted);
  }
  const byName = new Map<string, string[]>();
  for (const { id, name } of streams.values()) byName.set(name, [...(byName.get(name) ?? []), id]);
  return byName;
}

function lines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/** Starts `openmcf sandbox serve` in a folder; gives its exports and a way to end it. */
export async function serve(
  folder: string,
  args: readonly string[] = [],
): Promise<{ exports: Record<string, string>; stop: () => Promise<void> }> {
  const child = startNode([resolve("dist/cli/main.js"), "sandbox", "serve", "-o", "json", ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder },
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const text = await new Promise<string>((done, fail) => {
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.once("data", (chunk: Buffer) => done(chunk.toString()));
    child.once("exit", (code) => fail(new Error(`sandbox serve ended with ${code}: ${stderr}`)));
  });
  return {
    exports: JSON.parse(text) as Record<string, string>,
    stop: async () => {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGINT");
      await ended;
    },
  };
}

/** Both providers, at a sandbox of this process. */
export function sandboxPlugins(sandbox: Sandbox): ProviderPlugin[] {
  const override = async (): Promise<AwsOverride> => ({
    endpoint: await sandbox.awsEndpoint(),
    credentials: (account) => ({ accessKeyId: account || "123456789012", secretAccessKey: "x" }),
  });
  return [auth0Plugin({ env: {}, override: () => sandbox.access() }), awsPlugin({ env: {}, override })];
}
