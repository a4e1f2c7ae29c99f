import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import {
  CommandError,
  ConcurrentUpdateError,
  StackAlreadyExistsError,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { asDiagnostic } from "../diagnostics/index.ts";
import { createEmbeddedEngine } from "../engine/index.ts";
import { auth0Plugin, awsPlugin } from "../providers/index.ts";
import type { ProviderPlugin } from "../provider-contract/index.ts";
import { FileBackend, parseBackendUrl, passphraseFrom } from "../state/index.ts";
import { CLI_VERSION, Refusal } from "./call.ts";
import type { Call } from "./call.ts";
import { parseArguments } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { StackConfig } from "./stack-config.ts";
import { VERBS } from "./verbs.ts";

/** How the command is set up. */
export interface EmbeddedPulumiCommandOptions {
  /** Providers besides Auth0's and AWS's. */
  plugins?: readonly ProviderPlugin[];
  /** `file://` URL of the state; by default `PULUMI_BACKEND_URL`, the project's `backend`, or the home folder. */
  backend?: string;
}

/**
 * The embedded engine, posing as the Pulumi CLI to Automation API.
 *
 * @example
 * const stack = await LocalWorkspace.createOrSelectStack(
 *   { projectName: "events", stackName: "dev", program },
 *   { pulumiCommand: embeddedPulumiCommand() },
 * );
 * await stack.up();
 */
export function embeddedPulumiCommand(options: EmbeddedPulumiCommandOptions = {}): PulumiCommand {
  const [major, minor, patch] = CLI_VERSION.split(".").map(Number);
  const command = {
    command: "auth0-streams",
    version: {
      major,
      minor,
      patch,
      version: CLI_VERSION,
      raw: CLI_VERSION,
      prerelease: [],
      build: [],
      toString: () => CLI_VERSION,
      compare: () => 0,
    },
    run: (
      args: string[],
      cwd: string,
      additionalEnv: Record<string, string>,
      onOutput?: (data: string) => void,
      onError?: (data: string) => void,
      signal?: AbortSignal,
    ) => run(options, args, cwd, { ...process.env, ...additionalEnv }, { onOutput, onError, signal }),
  };
  // Automation API's class has a private constructor, and asks for nothing but these three members.
  return command as unknown as PulumiCommand;
}

interface Listeners {
  onOutput: ((data: string) => void) | undefined;
  onError: ((data: string) => void) | undefined;
  signal: AbortSignal | undefined;
}

async function run(
  options: EmbeddedPulumiCommandOptions,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { onOutput, onError, signal }: Listeners,
): Promise<object> {
  let stdout = "";
  const out = (text: string): void => {
    stdout += text;
    onOutput?.(text);
  };
  try {
    const parsed = parseArguments(args);
    const verb = VERBS[parsed.words.join(" ")];
    if (!verb) throw new Refusal(`the embedded engine has no command ${parsed.words.join(" ")}`);
    await verb(open(options, parsed, cwd, env, out, signal ?? new AbortController().signal));
    return resultOf(stdout, "", 0);
  } catch (error) {
    const { message, hint, code } = asDiagnostic(error);
    const known = error instanceof Refusal ? error.message : hint ? `${message} (${hint})` : message;
    // The words by which Automation API knows a conflict.
    const words = code === "state-locked" ? `the stack is currently locked by 1 lock(s): ${known}` : known;
    const stderr = `error: ${words}\n`;
    onError?.(stderr);
    throw failureOf(resultOf(stdout, stderr, 255));
  }
}

function open(
  options: EmbeddedPulumiCommandOptions,
  args: Arguments,
  cwd: string,
  env: NodeJS.ProcessEnv,
  out: Call["out"],
  signal: AbortSignal,
): Call {
  const settings = readProject(cwd);
  const url = options.backend ?? env["PULUMI_BACKEND_URL"] ?? settings.backend?.url ?? `file://${homedir()}`;
  const location = parseBackendUrl(url, cwd);
  if (location.kind !== "file")
    throw new Refusal(`backend ${url} needs the Pulumi CLI; the embedded engine takes file:// URLs`);
  const backend = new FileBackend(location.folder);
  const passphrase = passphraseFrom(env);
  const plugins = [auth0Plugin({ env }), awsPlugin({ env }), ...(options.plugins ?? [])];
  const named = (args.flags.get("stack")?.at(-1) ?? args.operands[0] ?? "").split("/");
  const stack = named.at(-1) ?? "";
  const project = (named.length === 3 ? named[1] : undefined) ?? settings.name ?? "";
  return {
    args,
    project,
    stack,
    cwd,
    backend,
    passphrase,
    out,
    signal,
    engine: createEmbeddedEngine({ backend, plugins, passphrase }),
    config: new StackConfig(cwd, project, stack, passphrase),
  };
}

function readProject(cwd: string): { name?: string; backend?: { url?: string } } {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    try {
      return parse(readFileSync(join(cwd, name), "utf8")) as { name?: string };
    } catch {
      // The next name.
    }
  }
  return {};
}

interface Result {
  stdout: string;
  stderr: string;
  code: number;
  toString(): string;
}

function resultOf(stdout: string, stderr: string, code: number): Result {
  return { stdout, stderr, code, toString: () => `code: ${code}\n stdout: ${stdout}\n stderr: ${stderr}\n` };
}

function failureOf(result: Result): Error {
  const { stderr } = result;
  const kind = /no stack named/.test(stderr)
    ? StackNotFoundError
    : /already exists/.test(stderr)
      ? StackAlreadyExistsError
      : /currently locked by/.test(stderr)
        ? ConcurrentUpdateError
        : CommandError;
  return new (kind as unknown as new (result: Result) => Error)(result);
}
