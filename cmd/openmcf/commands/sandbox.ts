import { join } from "node:path";
import { emitEvents, openSandbox, parseFault, serveSandbox } from "../../../pkg/sandbox/index.ts";
import type { Faults } from "../../../pkg/sandbox/index.ts";
import { table } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Context } from "../context.ts";
import { badFlag } from "../failure.ts";
import type { OutputFlags } from "../flags.ts";
import { SANDBOX_FOLDER } from "../workspace.ts";

interface SandboxFlags extends OutputFlags {
  port?: string;
  fault?: string[];
  count?: string;
  paths: string[];
}

/** `openmcf sandbox serve|emit|status|reset`. */
export async function sandbox(context: Context, action: string, flags: SandboxFlags): Promise<number> {
  const path = join(context.cwd, SANDBOX_FOLDER);
  if (action === "serve") return serve(context, path, flags);
  if (action === "emit") return emit(context, path, flags);
  if (action === "status") return status(context, path, flags);
  openSandbox(path).folder.clear();
  context.terminal.out(`${SANDBOX_FOLDER} is removed\n`);
  return EXIT.done;
}

async function serve(
  { terminal, signal }: Context,
  path: string,
  { port, fault, output }: SandboxFlags,
): Promise<number> {
  const number = wholeNumber(port ?? "0", "--port");
  let faults: Faults[];
  try {
    faults = (fault ?? []).map(parseFault);
  } catch (error) {
    throw badFlag(`--fault: ${(error as Error).message}`);
  }
  const served = await serveSandbox(path, number, faults);
  if (output === "json") terminal.out(`${JSON.stringify(served.exports)}\n`);
  else {
    terminal.out(
      `${Object.entries(served.exports)
        .map(([name, value]) => `export ${name}=${value}`)
        .join("\n")}\n`,
    );
    terminal.err(
      `serving https://${served.exports["AUTH0_DOMAIN"]} until Ctrl-C; paste the exports into another shell\n`,
    );
  }
  await new Promise<void>((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()),
  );
  await served.close();
  return EXIT.done;
}

async function emit(
  { terminal }: Context,
  path: string,
  { paths: [type = ""], count, output }: SandboxFlags,
): Promise<number> {
  const number = wholeNumber(count ?? "1", "--count");
  const { EVENT_TYPES } = await import("../../../pkg/kinds/event-types.ts");
  if (!EVENT_TYPES.some((each) => each === type))
    throw badFlag(`Auth0 has no event type "${type}"`, "openmcf explain spec.subscriptions lists them");
  const { folder } = openSandbox(path);
  const summary = await emitEvents(folder, type, number);
  const { streams, counts, targetCounts } = summary;
  const failed = counts.filter(({ outcome }) => outcome === "failed").length;
  if (output === "json") terminal.out(`${JSON.stringify({ type, count: number, ...summary }, null, 2)}\n`);
  else {
    const rows = counts.map(({ streamName, destination, outcome, count: many, detail }) => [
      `  ${streamName} → ${destination}`,
      `${many} ${outcome}`,
      detail,
    ]);
    rows.push(...targetRows(targetCounts, "    "));
    terminal.out(
      `${number} × ${type} to ${streams.length} stream${streams.length === 1 ? "" : "s"}\n${table(rows).join("\n")}${rows.length > 0 ? "\n" : ""}`,
    );
    if (streams.length === 0) terminal.err("no enabled stream subscribes to it\n");
  }
  return failed > 0 ? EXIT.failed : EXIT.done;
}

type TargetCounts = Awaited<ReturnType<typeof emitEvents>>["targetCounts"];

/** What rules brought to their targets: a line for each rule, target and outcome. */
function targetRows(counts: TargetCounts, indent: string): string[][] {
  return counts.map(({ rule, target, arn, outcome, detail, count }) => [
    `${indent}rule ${rule} → ${target}`,
    `${count} ${outcome}`,
    detail || shortArn(arn),
  ]);
}

/** `sqs:onboarding` of a queue's ARN. */
function shortArn(arn: string): string {
  const [, , service = "", , , ...resource] = arn.split(":");
  return `${service}:${resource.join(":")}`;
}

async function status({ terminal }: Context, path: string, { output }: SandboxFlags): Promise<number> {
  const found = openSandbox(path).status();
  const { streams, counts, aws, targetCounts, requests } = found;
  if (output === "json") {
    terminal.out(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT.done;
  }
  const rows = (streams as { id: string; name: string; status: string; destination: { type: string } }[]).map(
    ({ id, name, status: state, destination }) => {
      const mine = counts.filter(({ streamId }) => streamId === id);
      const events = mine.reduce((sum, { count }) => sum + count, 0);
      return [name, id, state, destination.type, `${events} events`];
    },
  );
  const lines = table([["STREAM", "ID", "STATUS", "DESTINATION", "ARRIVED"], ...rows]);
  if (aws.length > 0) {
    const items = aws.map(({ account, region, type, name, detail = "" }) => [
      type,
      name,
      detail,
      `${account} ${region}`,
    ]);
    lines.push("", ...table([["AT AWS", "NAME", "", "ACCOUNT AND REGION"], ...items]));
  }
  if (targetCounts.length > 0) lines.push("", ...table([["ARRIVED BY", "", ""], ...targetRows(targetCounts, "")]));
  terminal.out(`${lines.join("\n")}\n${requests} requests so far\n`);
  return EXIT.done;
}

function wholeNumber(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw badFlag(`${flag} ${text} is not a whole number`);
  return value;
}
