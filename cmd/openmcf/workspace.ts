import { join } from "node:path";
import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine } from "../../pkg/engine/index.ts";
import { chooseTenants } from "../../pkg/deploy/index.ts";
import type { Access, RunOptions, StackIndex, Tenant } from "../../pkg/deploy/index.ts";
import { plainSpec } from "../../pkg/manifest/index.ts";
import type { LoadResult, Manifest } from "../../pkg/manifest/index.ts";
import { auth0CredentialsFrom, auth0Environment, auth0Plugin, awsPlugin } from "../../pkg/providers/index.ts";
import type { Auth0Credentials, AwsOverride } from "../../pkg/providers/index.ts";
import { FileBackend, parseBackendUrl, passphraseFrom } from "../../pkg/state/index.ts";
import type { Passphrase } from "../../pkg/state/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import type { Context } from "./context.ts";
import { accessOf, propertiesOf } from "./credentials.ts";
import { badFlag } from "./failure.ts";
import type { RunFlags } from "./flags.ts";
import { loadPulumiCliEngine } from "./pulumi-cli-engine.ts";

const SANDBOX_ACCOUNT = "123456789012";
/** The tenant that the sandbox plays, whatever a manifest names. */
const SANDBOX_DOMAIN = "sandbox.localhost";

/** Folder of the sandbox, below the working folder. */
export const SANDBOX_FOLDER = ".sandbox";

/** An engine with its state and providers, as the flags ask. */
export interface Workspace {
  engine: Engine;
  /** The stacks that exist. */
  backend: StackIndex;
  /** The folder that state is kept in; absent with another backend. */
  folder?: FileBackend;
  /** What runs of stacks need of the workspace, for these manifests. @throws InvalidInput when the credentials do not fit. */
  runOptions(manifests: readonly Manifest[]): WorkspaceOptions;
  /** Announces how many streams are going to be read. */
  expectReads(count: number): void;
  /** Fetches a tenant's token while other things are got ready. */
  warmUp(tenant: Tenant): void;
  /** The credentials that requests to a tenant are made with. @throws InvalidInput when they are not there. */
  auth0Credentials(tenant: Tenant): Promise<Auth0Credentials>;
  /** In the sandbox, makes what manifests take for granted at AWS: the queues and functions that events go to. */
  prepare(manifests: readonly Manifest[]): Promise<void>;
  aws: ReturnType<typeof awsPlugin>;
  /** What secrets of stacks are encrypted with. */
  passphrase: Passphrase;
  close(): Promise<void>;
}

type WorkspaceOptions = Pick<RunOptions, "engine" | "backend" | "programFor" | "tenants" | "credentialsOf">;

/** Opens backend, engine and providers. Nothing is read or connected to yet. @throws InvalidInput for flags that do not go together. */
async function openWorkspace(
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
  const access: Access = sandbox ? { given: [], sandbox: SANDBOX_DOMAIN } : accessOf(flags, loaded, env);
  const auth0 = auth0Plugin({ env, ...(sandbox ? { override: () => sandbox.access() } : {}) });
  const aws = awsPlugin({ env, ...(sandbox ? { override: () => sandboxAws(sandbox) } : {}) });
  const passphrase = passphraseFrom(env, sandbox && (() => sandbox.folder.passphrase()));
  const engine = createEmbeddedEngine({ backend, plugins: [auth0, aws], passphrase });
  return {
    engine,
    backend,
    folder: backend,
    runOptions: (manifests) => ({
      engine,
      backend,
      tenants: chooseTenants(manifests, access),
      ...(sandbox ? {} : { credentialsOf: (tenant) => propertiesOf(tenant, env) }),
    }),
    expectReads: (count) => auth0.expectReads(count),
    warmUp: ({ given }) => auth0.warm({ ...given }),
    auth0Credentials: async ({ given }) => (await sandbox?.access()) ?? auth0CredentialsFrom({ ...given }, env),
    prepare: async (manifests) => {
      await sandbox?.provide(manifests.flatMap((manifest) => manifest.kind.existing?.(plainSpec(manifest)) ?? []));
    },
    aws,
    passphrase,
    close: async () => {
      await sandbox?.close();
    },
  };
}

/** Opens a workspace for as long as the work takes. @throws as {@link openWorkspace}, and what the work throws. */
export async function withWorkspace<T>(
  context: Context,
  flags: RunFlags,
  loaded: Pick<LoadResult, "providerConfig"> | undefined,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const workspace = await openWorkspace(context, flags, loaded);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

/** The real engine: the Pulumi CLI on PATH, official providers, any backend. */
async function pulumiWorkspace(
  { env, signal }: Context,
  flags: RunFlags,
  loaded: Pick<LoadResult, "providerConfig"> | undefined,
  backend: string,
): Promise<Workspace> {
  const access = accessOf(flags, loaded, env);
  const { AutomationEngine, programFor } = await loadPulumiCliEngine();
  const secretsProvider = env["PULUMI_SECRETS_PROVIDER"];
  const auth0 = auth0Plugin({ env });
  const engine = new AutomationEngine({
    backend,
    resolve: async (type, idOrName, { providerConfig }) => {
      const driver = auth0.configure(providerConfig?.["auth0"] ?? {}).driver(type);
      return driver ? driver.resolve(idOrName, signal) : idOrName;
    },
    envOf: ({ providerConfig }) =>
      providerConfig?.["auth0"] ? auth0Environment(auth0CredentialsFrom(providerConfig["auth0"], {})) : {},
    ...(secretsProvider ? { secretsProvider } : {}),
  });
  return {
    engine,
    backend: engine,
    runOptions: (manifests) => ({
      engine,
      backend: engine,
      programFor,
      tenants: chooseTenants(manifests, access),
      credentialsOf: (tenant) => propertiesOf(tenant, env),
    }),
    expectReads: () => {},
    // The official provider fetches its own token.
    warmUp: () => {},
    auth0Credentials: async ({ given }) => auth0CredentialsFrom({ ...given }, env),
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
  if (flags.providerConfig?.length) throw badFlag("--sandbox needs no credentials: remove --provider-config");
  if (flags.backend) throw badFlag("--sandbox keeps its own state: leave --backend out");
  const { openSandbox, parseFault } = await import("../../pkg/sandbox/index.ts");
  try {
    return openSandbox(join(cwd, SANDBOX_FOLDER), (flags.fault ?? []).map(parseFault));
  } catch (error) {
    throw badFlag(`--fault: ${(error as Error).message}`);
  }
}
