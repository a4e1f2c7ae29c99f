import { readFile } from "node:fs/promises";
import { asDiagnostic } from "../diagnostics/index.ts";
import { STACK_TYPE, nameOf } from "../engine/index.ts";
import type {
  EngineEvent,
  ImportedResource,
  OperationOptions,
  OperationResult,
  ProgramEnd,
  StackJob,
  Step,
} from "../engine/index.ts";
import { StackSecrets, decodeDeployment, withPlaintexts } from "../state/index.ts";
import type { Deployment, Snapshot } from "../state/index.ts";
import { hideSecrets, stripSecrets } from "../values/index.ts";
import { CLI_VERSION, Refusal } from "./call.ts";
import type { Call } from "./call.ts";
import { openEventLog } from "./engine-events.ts";
import { languageHost } from "./language-host.ts";

/** A command of the CLI. @throws what {@link asDiagnostic} understands, or a Refusal in the CLI's words. */
type Verb = (call: Call) => Promise<void>;

/** Commands that Automation API calls, by their words. */
export const VERBS: Readonly<Record<string, Verb>> = {
  version: async ({ out }) => out(`v${CLI_VERSION}\n`),
  whoami: async ({ args, out }) =>
    out(args.flags.has("json") ? '{"user":"embedded","url":"file://~"}\n' : "embedded\n"),
  "plugin ls": async ({ out }) => out("[]\n"),
  "plugin install": async () => {},
  "stack init": async (call) => {
    if (!(await call.engine.init(idOf(call)))) throw new Refusal(`stack '${call.stack}' already exists`);
  },
  "stack select": async (call) => void (await existing(call)),
  stack: async (call) => void (await existing(call)),
  "stack rm": async (call) => {
    const deployment = await existing(call);
    if ((deployment.resources ?? []).length > 0 && !call.args.flags.has("force"))
      throw new Refusal(`'${call.stack}' still has resources; removal rejected`);
    await call.backend.remove(call);
  },
  "stack ls": async ({ backend, out }) => {
    const stacks = await backend.stacks();
    out(`${JSON.stringify(stacks.map(({ stack: name }) => ({ name, current: false, updateInProgress: false })))}\n`);
  },
  "stack output": async (call) => {
    await existing(call);
    const shown = call.args.flags.has("show-secrets")
      ? stripSecrets((await opened(call)).find(({ type }) => type === STACK_TYPE)?.outputs ?? {})
      : hideSecrets((await call.engine.outputs(idOf(call))) ?? {});
    call.out(`${JSON.stringify(shown)}\n`);
  },
  "stack export": async (call) => {
    const deployment = await existing(call);
    const shown = call.args.flags.has("show-secrets")
      ? { ...deployment, resources: (await opened(call)).map(withPlaintexts) }
      : deployment;
    call.out(`${JSON.stringify({ version: 3, deployment: shown }, null, 4)}\n`);
  },
  "stack import": importDeployment,
  "stack history": async (call) => {
    const records = await call.backend.history(call);
    const size = Number(call.args.flags.get("page-size")?.[0] ?? 10);
    const page = Number(call.args.flags.get("page")?.[0] ?? 1);
    const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
    const shown = records.slice((page - 1) * size, page * size).map(({ startTime, endTime, ...rest }, index) => ({
      ...rest,
      startTime: iso(startTime),
      endTime: iso(endTime),
      version: records.length - (page - 1) * size - index,
    }));
    call.out(`${JSON.stringify(shown, null, 2)}\n`);
  },
  config: async ({ config, out, args }) => {
    const shown = Object.entries(await config.read()).map(([key, { value, isSecret }]) => [
      key,
      { ...(isSecret && !args.flags.has("show-secrets") ? {} : { value }), secret: isSecret },
    ]);
    out(`${JSON.stringify(Object.fromEntries(shown))}\n`);
  },
  "config get": async ({ config, out, args: { operands } }) => {
    const [key = ""] = operands;
    const found = (await config.read())[config.qualified(key)];
    if (!found) throw new Refusal(`configuration key '${key}' not found for stack`);
    out(`${JSON.stringify({ value: found.value, secret: found.isSecret })}\n`);
  },
  "config set": async ({ config, args: { operands, flags } }) => {
    const [key = "", value = ""] = operands;
    await config.set({ [key]: { value, isSecret: flags.has("secret") } });
  },
  "config set-all": async ({ config, args: { flags } }) => {
    const pairs = (["secret", "plaintext"] as const).flatMap((kind) =>
      (flags.get(kind) ?? []).map((pair) => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), { value: pair.slice(at + 1), isSecret: kind === "secret" }] as const;
      }),
    );
    await config.set(Object.fromEntries(pairs));
  },
  "config rm": ({ config, args: { operands } }) => config.remove(operands),
  "config rm-all": ({ config, args: { operands } }) => config.remove(operands),
  "config refresh": async () => {},
  import: importLive,
  cancel: async (call) => call.backend.unlock(call),
  up: (call) => operate(call, false, (job, options) => call.engine.up(job, options)),
  preview: (call) => operate(call, true, (job, options) => call.engine.preview(job, options)),
  refresh: (call) => {
    const preview = call.args.flags.has("preview-only");
    return operate(call, preview, (job, options) => call.engine.refresh(job, { ...options, preview }));
  },
  destroy: (call) => {
    const preview = call.args.flags.has("preview-only");
    return operate(call, preview, (job, options) => call.engine.destroy(job, { ...options, preview }));
  },
};

const idOf = ({ project, stack }: Call): { project: string; stack: string } => ({ project, stack });

/** The stack's deployment. @throws Refusal that Automation API knows as "stack not found". */
async function existing(call: Call): Promise<Deployment> {
  const deployment = await call.backend.read(call);
  if (!deployment) throw new Refusal(`no stack named '${call.stack}' found`);
  return deployment;
}

/** The stack's resources with their secrets readable. */
async function opened(call: Call): Promise<Snapshot["resources"]> {
  return (await call.engine.snapshot(idOf(call)))?.resources ?? [];
}

async function importDeployment(call: Call): Promise<void> {
  const [path = ""] = call.args.flags.get("file") ?? [];
  const { deployment } = JSON.parse(await readFile(path, "utf8")) as { deployment: Deployment };
  const old = await existing(call);
  const provider = deployment.secrets_providers ?? old.secrets_providers;
  const secrets = new StackSecrets(call.passphrase, call.backend.salts, provider);
  await call.engine.restore(idOf(call), await decodeDeployment(deployment, secrets));
}

/** As Automation API asks for it: a file with the resources, and a table of the names that they use. */
async function importLive(call: Call): Promise<void> {
  const { project, stack, args, config, signal, out } = call;
  await existing(call);
  const [path = ""] = args.flags.get("file") ?? [];
  const { resources = [], nameTable = {} } = JSON.parse(await readFile(path, "utf8")) as {
    resources?: ImportedResource[];
    nameTable?: Record<string, string>;
  };
  if (!(args.flags.get("generate-code") ?? []).includes("false"))
    throw new Refusal("the embedded engine generates no code: set generateCode to false");
  const protect = !(args.flags.get("protect") ?? []).includes("false");
  const result = await call.engine.importResources(
    { project, stack, config: await config.read() },
    resources.map((resource) => ({ ...resource, protect })),
    nameTable,
    { signal, onEvent: (event) => tell(event, out) },
  );
  if (result.result === "failed") throw new Refusal(result.diagnostics.map(({ message }) => message).join("\n"));
}

/** Runs an operation of the engine, and tells of it as the CLI does. */
async function operate(
  call: Call,
  isPreview: boolean,
  work: (job: StackJob, options: OperationOptions) => Promise<OperationResult>,
): Promise<void> {
  const { args, project, stack, cwd, out, signal } = call;
  await existing(call);
  const config = await call.config.read();
  const [client = ""] = args.flags.get("client") ?? [];
  const log = openEventLog(args.flags.get("event-log")?.[0], isPreview);
  const started = performance.now();
  const host = client === "" ? noProgram : languageHost(client, config, cwd);
  const targets = args.flags.get("target");
  const result = await work(
    { project, stack, config, program: { host } },
    {
      signal,
      onEvent: (event) => {
        log.write(event);
        tell(event, out);
      },
      ...(args.flags.has("refresh") ? { refresh: true } : {}),
      ...(targets ? { targets } : {}),
    },
  ).catch(async (error: unknown) => {
    await log.end({ result: "failed", steps: [], outputs: {}, diagnostics: [asDiagnostic(error)] }, isPreview, 0);
    throw error;
  });
  await log.end(result, isPreview, performance.now() - started);
  const counts = Object.entries(result.resourceChanges ?? {}).map(([op, count]) => `    ${op}: ${count}`);
  out(`Resources:\n${counts.join("\n")}\n`);
  const missed = result.missedTargets ?? [];
  if (missed.length > 0) throw new Refusal(`no resource matches the target ${missed.join(", ")}`);
  const [failure] = result.diagnostics.filter(({ severity }) => severity === "error");
  if (failure) throw new Refusal(result.diagnostics.map(({ message }) => message).join("\n"));
  if (args.flags.has("expect-no-changes") && result.steps.some(isChange))
    throw new Refusal("no changes were expected but changes were proposed");
}

const isChange = ({ op }: Step): boolean => op !== "same" && op !== "read";

async function noProgram(): Promise<ProgramEnd> {
  return { failures: [new Error("the embedded engine runs inline programs: give createOrSelectStack a program")] };
}

function tell(event: EngineEvent, out: (text: string) => void): void {
  if (event.kind === "diagnostic") out(`${event.diagnostic.severity}: ${event.diagnostic.message}\n`);
  else if (event.kind === "step" && isChange(event.step) && event.phase !== "started")
    out(`${event.step.op} ${event.step.type} ${nameOf(event.step.urn)} ${event.phase}\n`);
}
