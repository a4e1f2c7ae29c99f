import { runStacks } from "../../../pkg/deploy/index.ts";
import type { Tenant } from "../../../pkg/deploy/index.ts";
import { asDiagnostic, isInvalidInput } from "../../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../../pkg/diagnostics/index.ts";
import { hasSecrets, manifestKey } from "../../../pkg/manifest/index.ts";
import { nameOf } from "../../../pkg/engine/index.ts";
import type { Manifest } from "../../../pkg/manifest/index.ts";
import { Auth0Client } from "../../../pkg/providers/index.ts";
import { passphraseFrom } from "../../../pkg/state/index.ts";
import { counted, printable } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Command, Context } from "../context.ts";
import type { RunFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { printDocument } from "../print-document.ts";
import { withWorkspace } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";
import { awsChecks } from "./doctor-aws.ts";

/** One preflight check. */
export interface Check {
  name: string;
  result: "ok" | "warning" | "failed";
  message: string;
  hint?: string;
}

/** What each kind's streams take on the Management API. */
const SCOPED: Readonly<Record<string, string>> = { Auth0EventStream: "event_streams", Auth0LogStream: "log_streams" };

function scopesFor(manifests: readonly Manifest[]): string[] {
  const given = [...new Set(manifests.flatMap(({ kind }) => SCOPED[kind.kind] ?? []))];
  const resources = given.length > 0 ? given : ["event_streams"];
  return resources.flatMap((name) => ["read", "create", "update", "delete"].map((verb) => `${verb}:${name}`));
}

/** `openmcf doctor`: everything an apply needs, without changing anything. */
export const doctor: Command<RunFlags> = async (context, flags) => {
  const isGiven = [flags.manifest, flags.paths, flags.stackInput, flags.kustomizeDir, flags.inputDir].some(
    (given) => given !== undefined && given.length > 0,
  );
  const loaded = isGiven ? await loadForWork(context, flags, "defer") : undefined;
  return withWorkspace(context, flags, loaded, async (workspace) => {
    const manifests = loaded?.manifests ?? [];
    const checks = [nodeVersion(), await backend(workspace), passphrase(context, flags, manifests)];
    const options = workspace.runOptions(manifests);
    const tenants = [...options.tenants.values()];
    const byDomain = new Map(tenants.map((tenant) => [tenant.domain, tenant]));
    for (const each of byDomain.size > 0 ? byDomain.values() : [{}])
      checks.push(...(await tenantChecks(each, scopesFor(manifests), workspace, context)));
    if (!checks.some(({ result, name }) => result === "failed" && name !== "passphrase"))
      checks.push(...(await live(manifests, workspace, options, context).catch(otherTenant)));
    await print(context, flags, checks);
    return checks.some(({ result }) => result === "failed") ? EXIT.failed : EXIT.done;
  });
};

function nodeVersion(): Check {
  return { name: "node", result: "ok", message: process.version };
}

async function backend({ folder, backend: index }: Workspace): Promise<Check> {
  if (!folder) {
    const stacks = await index.stacks().catch((error: unknown) => asDiagnostic(error));
    if ("code" in stacks) return failedCheck("backend", stacks);
    return { name: "backend", result: "ok", message: `answers by the Pulumi CLI; ${stacks.length} stacks` };
  }
  const isWritable = await folder.isWritable();
  return isWritable
    ? { name: "backend", result: "ok", message: `${folder.location} is writable` }
    : {
        name: "backend",
        result: "failed",
        message: `${folder.location} is not writable`,
        hint: "check --backend and the folder's permissions",
      };
}

function passphrase({ env }: Context, flags: RunFlags, manifests: readonly Manifest[]): Check {
  const needing = manifests.filter(hasSecrets);
  try {
    passphraseFrom(env, flags.sandbox ? () => "" : undefined)();
    return { name: "passphrase", result: "ok", message: flags.sandbox ? "the sandbox has its own" : "is set" };
  } catch (error) {
    const { message, hint } = asDiagnostic(error);
    if (needing.length === 0) return { name: "passphrase", result: "ok", message: "is not set, and not needed" };
    return {
      name: "passphrase",
      result: "failed",
      message: `${message} (${needing.map((manifest) => manifestKey(manifest)).join(", ")})`,
      ...(hint ? { hint } : {}),
    };
  }
}

async function tenantChecks(
  tenant: Tenant,
  needed: readonly string[],
  workspace: Workspace,
  { signal }: Context,
): Promise<Check[]> {
  const checks: Check[] = [];
  try {
    const credentials = await workspace.auth0Credentials(tenant);
    checks.push({ name: "credentials", result: "ok", message: `for ${credentials.domain}` });
    const client = new Auth0Client(credentials);
    const { scopes } = await client.token(signal);
    // A token that was given has not been shown to Auth0 yet; the check of the tenant does that.
    checks.push({ name: "token", result: "ok", message: credentials.apiToken ? "from AUTH0_API_TOKEN" : "granted" });
    const missing = needed.filter((scope) => scopes && !scopes.includes(scope));
    if (!scopes) checks.push({ name: "scopes", result: "warning", message: "the token does not say what it allows" });
    else if (missing.length === 0) checks.push({ name: "scopes", result: "ok", message: needed.join(" ") });
    else
      checks.push({
        name: "scopes",
        result: "failed",
        message: `missing ${missing.join(", ")}`,
        hint: "grant them to the application on the Management API",
      });
    for await (const page of client.listEventStreams(signal)) {
      checks.push({
        name: "tenant",
        result: "ok",
        message: `answers; ${page.length === 100 ? "100 or more event streams" : counted(page.length, "event stream")}`,
      });
      break;
    }
  } catch (error) {
    const name =
      ["credentials", "token", "scopes", "tenant"].find((each) => !checks.some((check) => check.name === each)) ??
      "tenant";
    checks.push(failedCheck(name, asDiagnostic(error)));
  }
  return checks;
}

/** A stack of another tenant is a failed check, and not the end of the command. */
function otherTenant(error: unknown): Check[] {
  if (!isInvalidInput(error)) throw error;
  return error.diagnostics.map((problem) => failedCheck("stacks", problem));
}

/** What the live side says of each manifest's stack. */
async function live(
  manifests: readonly Manifest[],
  workspace: Workspace,
  options: ReturnType<Workspace["runOptions"]>,
  { signal }: Context,
): Promise<Check[]> {
  workspace.expectReads(manifests.length);
  const { stacks } = await runStacks("refresh", manifests, {
    ...options,
    parallel: 10,
    isPreview: true,
    signal,
  });
  const checks = stacks.map(({ manifest, steps, diagnostics, result, outputs }): Check => {
    const name = `${manifest.kind}/${manifest.name}`;
    const [problem] = diagnostics;
    if (problem?.code === "stack-not-found") return { name, result: "ok", message: "not applied yet" };
    if (result !== "succeeded" && problem) return failedCheck(name, problem);
    const gone = steps.filter(({ op }) => op === "delete").map(({ urn }) => nameOf(urn));
    if (gone.length > 0)
      return { name, result: "warning", message: `gone: ${gone.join(", ")}`, hint: "apply makes it anew" };
    const drifted = steps.filter(({ op }) => op === "refresh").flatMap(({ diff }) => diff.map(({ path }) => path));
    if (drifted.length > 0)
      return {
        name,
        result: "warning",
        message: `drifted: ${drifted.join(", ")}`,
        hint: "openmcf plan shows it; apply takes it back",
      };
    if (typeof outputs["id"] !== "string")
      return { name, result: "warning", message: "an apply did not come to its end", hint: "run openmcf apply again" };
    return { name, result: "ok", message: `live as ${[outputs["id"], outputs["status"]].join(", ")}` };
  });
  return [...checks, ...(await awsChecks(manifests, stacks, workspace, signal))];
}

function failedCheck(name: string, { message, hint }: Diagnostic): Check {
  return { name, result: "failed", message, ...(hint ? { hint } : {}) };
}

async function print({ terminal }: Context, { output }: RunFlags, checks: readonly Check[]): Promise<void> {
  if (output !== "human") {
    const document = { healthy: !checks.some(({ result }) => result === "failed"), checks };
    await printDocument(terminal, output, document);
    return;
  }
  const marks = {
    ok: terminal.paint("green", "✔"),
    warning: terminal.paint("yellow", "⚠"),
    failed: terminal.paint("red", "✗"),
  };
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, result, message, hint } of checks) {
    terminal.out(`${marks[result]} ${name.padEnd(width)}  ${printable(message)}\n`);
    if (hint) terminal.out(`  ${" ".repeat(width)}  ${terminal.paint("cyan", "help:")} ${printable(hint)}\n`);
  }
}
