import { join } from "node:path";
import { emitEvents, emitLogs, openSandbox, parseFault, serveSandbox } from "../../../pkg/sandbox/index.ts";
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
  log?: string;
  users?: string;
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

type Summary = Awaited<ReturnType<typeof emitEvents>>;

async function emit({ terminal }: Context, path: string, flags: SandboxFlags): Promise<number> {
  const { paths, log, count = "1", users = "50", output } = flags;
  const number = wholeNumber(count, "--count");
  const [type] = paths;
  if (type === undefined && log === undefined) throw badFlag("nothing to emit", "give a type of event, or --log CODES");
  const { folder } = openSandbox(path);
  const made: { what: string; summary: Summary }[] = [];
  if (type !== undefined) {
    const { EVENT_TYPES } = await import("../../../pkg/kinds/event-types.ts");
    if (!EVENT_TYPES.some((each) => each === type))
      throw badFlag(`Auth0 has no event type "${type}"`, "openmcf explain spec.subscriptions lists them");
    made.push({ what: type, summary: await emitEvents(folder, type, number) });
  }
  if (log !== undefined) {
    const people = Math.max(1, wholeNumber(users, "--users"));
    made.push({ what: `log ${log}`, summary: await emitLogs(folder, await logTypesOf(log), number, { people }) });
  }
  if (output === "json") {
    const all = made.map(({ summary }) => summary);
    const joined = {
      streams: all.flatMap(({ streams }) => streams),
      counts: all.flatMap(({ counts }) => counts),
      targetCounts: all.flatMap(({ targetCounts }) => targetCounts),
      arrivals: all.flatMap(({ arrivals }) => arrivals),
      targetArrivals: all.flatMap(({ targetArrivals }) => targetArrivals),
    };
    terminal.out(
      `${JSON.stringify({ type: made.map(({ what }) => what).join(", "), count: number, ...joined }, null, 2)}\n`,
    );
  } else for (const { what, summary } of made) printEmitted(terminal, `${number} × ${what}`, summary);
  return made.some(({ summary }) => summary.counts.some(({ outcome }) => outcome === "failed"))
    ? EXIT.failed
    : EXIT.done;
}

/** Parses `--log`: codes of log types, separated by commas. */
async function logTypesOf(codes: string): Promise<Parameters<typeof emitLogs>[1]> {
  const { logTypes } = await import("../../../pkg/auth0/log-types.ts");
  return codes.split(",").map((code) => {
    const found = logTypes().get(code.trim());
    if (!found) throw badFlag(`Auth0 has no type of log "${code.trim()}"`, "openmcf explain log-types lists them");
    return found;
  });
}

function printEmitted(terminal: Context["terminal"], what: string, { streams, counts, targetCounts }: Summary): void {
  const rows = counts.map(({ streamName, destination, outcome, count, detail }) => [
    `  ${streamName} → ${destination}`,
    `${count} ${outcome}`,
    detail,
  ]);
  rows.push(...targetRows(targetCounts, "    "));
  terminal.out(
    `${what} to ${streams.length} stream${streams.length === 1 ? "" : "s"}\n${table(rows).join("\n")}${rows.length > 0 ? "\n" : ""}`,
  );
  if (streams.length === 0) terminal.err("no enabled stream takes it\n");
}

type TargetCounts = Summary["targetCounts"];

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
  const { streams, logStreams, counts, aws, targetCounts, requests } = found;
  if (output === "json") {
    terminal.out(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT.done;
  }
  const events = (streams as { id: string; name: string; status: string; destination: { type: string } }[]).map(
    ({ destination, ...stream }) => ({ ...stream, type: destination.type }),
  );
  const rows = [...events, ...logStreams].map(({ id, name, status: state, type }) => {
    const mine = counts.filter(({ streamId }) => streamId === id);
    return [name, id, state, type, `${mine.reduce((sum, { count }) => sum + count, 0)} events`];
  });
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
