import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine } from "../../pkg/engine/index.ts";
import type { RunOptions, StackIndex } from "../../pkg/deploy/index.ts";
import { parseProviderConfig } from "../../pkg/manifest/index.ts";
import type { LoadResult, Manifest, ProviderConfig } from "../../pkg/manifest/index.ts";
import { auth0CredentialsFrom, auth0Plugin, awsPlugin } from "../../pkg/providers/index.ts";
import type { Auth0Credentials, AwsOverride } from "../../pkg/providers/index.ts";
import { FileBackend, parseBackendUrl, passphraseFrom } from "../../pkg/state/index.ts";
import type { Passphrase } from "../../pkg/state/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import type { Context } from "./context.ts";
import { badFlag } from "./failure.ts";
import type { RunFlags } from "./flags.ts";
import { loadPulumiCliEngine } from "./pulumi-cli-engine.ts";

const SANDBOX_ACCOUNT = "123456789012";

/** Folder of the sandbox, below the working folder. */
export const SANDBOX_FOLDER = ".sandbox";

/** An engine with its state and providers, as the flags ask. */
export interface Workspace {
  engine: Engine;
  /** The stacks that exist. */
  backend: StackIndex;
  /** The folder that state is kept in; absent with another backend. */
  folder?: FileBackend;
  /** Makes programs for the engine, when that wants another copy of the SDK than the CLI's. */
  programFor?: RunOptions["programFor"];
  /** Credentials given with -p or a stack input; with --sandbox none. */
  credentials?: ProviderConfig;
  /** Announces how many streams are going to be read. */
  expectReads(count: number): void;
  /** Fetches a token while other things are got ready. */
  warmUp(): void;
  /** @throws InvalidInput when credentials are needed and not there. */
  requireCredentials(): void;
  /** The credentials that requests will be made with. @throws InvalidInput when they are not there. */
  auth0Credentials(): Promise<Auth0Credentials>;
  /** In the sandbox, makes what manifests take for granted at AWS: the queues and functions that events go to. */
  prepare(manifests: readonly Manifest[]): Promise<void>;
  aws: ReturnType<typeof awsPlugin>;
  /** What secrets of stacks are encrypted with. */
  passphrase: Passphrase;
  close(): Promise<void>;
}

/** Opens backend, engine and providers. Nothing is read or connected to yet. @throws InvalidInput for flags that do not go together. */
export async function openWorkspace(
  context: Context,
  flags: RunFlags,
  loaded?: Pick<LoadResult, "providerConfig">,
): Promise<Workspace> {
  const { env, cwd } = context;
  const sandbox = await openSandboxFor(context, flags);
  const url =
    flags.backend ?? (sandbox ? `file://${join(cwd, SANDBOX_FOLDER)}` : (env["PULUMI_BACKEND_URL"] ?? "file://"));
  const location = parseBackendUrl(url, cwd);
  if (flags.engine === "embedded" && location.kind === "other")
    throw new InvalidInput(
      diagnostic("unsupported-backend", "the embedded engine keeps state in folders only", {
        hint: "leave --engine out: the Pulumi CLI takes this backend; or --backend file://PATH",
      }),
    );
  if (flags.engine === "pulumi" || location.kind === "other") {
    if (sandbox) throw badFlag("--sandbox goes with the embedded engine");
    // The CLI runs in a folder of its own: a path must not depend on where it is.
    const absolute = location.kind === "other" ? location.url : `file://${location.folder}`;
    return pulumiWorkspace(context, flags, loaded, absolute);
  }
  const backend = new FileBackend(location.folder);
  const credentials = sandbox ? undefined : explicitCredentials(flags.providerConfig, loaded);
  const auth0 = auth0Plugin({ env, ...(sandbox ? { override: () => sandbox.access() } : {}) });
  const aws = awsPlugin({ env, ...(sandbox ? { override: () => sandboxAws(sandbox) } : {}) });
  const passphrase = passphraseFrom(env, sandbox && (() => sandbox.folder.passphrase()));
  return {
    engine: createEmbeddedEngine({ backend, plugins: [auth0, aws], passphrase }),
    backend,
    folder: backend,
    ...(credentials ? { credentials } : {}),
    expectReads: (count) => auth0.expectReads(count),
    warmUp: () => auth0.warm({ ...credentials }),
    requireCredentials: () => {
      if (!sandbox) auth0CredentialsFrom({ ...credentials }, env);
    },
    auth0Credentials: async () => (await sandbox?.access()) ?? auth0CredentialsFrom({ ...credentials }, env),
    prepare: async (manifests) => {
      await sandbox?.provide(manifests.flatMap(({ kind, spec }) => kind.existing?.(spec) ?? []));
    },
    aws,
    passphrase,
    close: async () => {
      await sandbox?.close();
    },
  };
}

/** The real engine: the Pulumi CLI on PATH, official providers, any backend. */
async function pulumiWorkspace(
  { env, signal }: Context,
  flags: RunFlags,
  loaded: Pick<LoadResult, "providerConfig"> | undefined,
  backend: string,
): Promise<Workspace> {
  const credentials = explicitCredentials(flags.providerConfig, loaded);
  const { AutomationEngine, programFor } = await loadPulumiCliEngine();
  const secretsProvider = env["PULUMI_SECRETS_PROVIDER"];
  const auth0 = auth0Plugin({ env });
  const resolve = async (type: string, idOrName: string): Promise<string | undefined> => {
    const driver = auth0.configure({ ...credentials }).driver(type);
    return driver ? driver.resolve(idOrName, signal) : idOrName;
  };
  const engine = new AutomationEngine({ backend, resolve, ...(secretsProvider ? { secretsProvider } : {}) });
  return {
    engine,
    backend: engine,
    programFor,
    ...(credentials ? { credentials } : {}),
    expectReads: () => {},
    // The official provider fetches its own token.
    warmUp: () => {},
    requireCredentials: () => void auth0CredentialsFrom({ ...credentials }, env),
    auth0Credentials: async () => auth0CredentialsFrom({ ...credentials }, env),
    prepare: async () => {},
    aws: awsPlugin({ env }),
    passphrase: passphraseFrom(env),
    close: async () => engine.close(),
  };
}

/** The sandbox takes the account from the access key. */
async function sandboxAws(sandbox: Sandbox): Promise<AwsOverride> {
  const endpoint = await sandbox.awsEndpoint();
  return {
    endpoint,
    credentials: (account) => ({ accessKeyId: account || SANDBOX_ACCOUNT, secretAccessKey: "sandbox" }),
  };
}

async function openSandboxFor({ cwd }: Context, flags: RunFlags): Promise<Sandbox | undefined> {
  if (!flags.sandbox) {
    if (flags.fault?.length) throw badFlag("--fault goes with --sandbox");
    return undefined;
  }
  if (flags.providerConfig) throw badFlag("--sandbox has credentials of its own: leave --provider-config out");
  if (flags.backend) throw badFlag("--sandbox keeps its own state: leave --backend out");
  const { openSandbox, parseFault } = await import("../../pkg/sandbox/index.ts");
  try {
    return openSandbox(join(cwd, SANDBOX_FOLDER), (flags.fault ?? []).map(parseFault));
  } catch (error) {
    throw badFlag(`--fault: ${(error as Error).message}`);
  }
}

function explicitCredentials(
  file: string | undefined,
  loaded: Pick<LoadResult, "providerConfig"> | undefined,
): ProviderConfig | undefined {
  if (file === undefined)
    return loaded?.providerConfig && parseProviderConfig(loaded.providerConfig.file, loaded.providerConfig.value);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new InvalidInput(
      diagnostic("file-unreadable", `${file} cannot be read`, { file, hint: "check the path given with -p" }),
    );
  }
  return parseProviderConfig(file, text);
}
