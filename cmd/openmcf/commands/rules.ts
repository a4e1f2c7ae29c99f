import { readFileSync } from "node:fs";
import { JsonMembers, parseJsonText } from "../../../pkg/aws/event-pattern/index.ts";
import { InvalidInput, diagnostic } from "../../../pkg/diagnostics/index.ts";
import { busEventOf, testRules } from "../../../pkg/kinds/index.ts";
import type { EventBusSpec, RuleVerdict } from "../../../pkg/kinds/index.ts";
import { manifestKey } from "../../../pkg/manifest/index.ts";
import type { Manifest } from "../../../pkg/manifest/index.ts";
import { EXIT } from "../context.ts";
import type { Context } from "../context.ts";
import { badFlag } from "../failure.ts";
import type { SourceFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { printDocument } from "../print-document.ts";

/** Flags of `rules test`. */
interface RulesFlags extends SourceFlags {
  event?: string[];
  samples?: boolean;
}

/** An event to try, and what to call it. */
interface Sample {
  name: string;
  event: Record<string, unknown>;
}

/** What the rules of one manifest do with one event. */
interface Result {
  manifest: string;
  event: string;
  rules: RuleVerdict[];
}

/** `openmcf rules test`: which rules match an event, and why the others do not. Offline. */
export async function rules(context: Context, flags: RulesFlags): Promise<number> {
  if (!flags.event?.length && !flags.samples)
    throw badFlag("nothing to test the rules with", "give --event FILE (- for standard input) or --samples");
  const { manifests } = await loadForWork(context, flags, "defer");
  const withRules = manifests.filter((manifest) => (busOf(manifest)?.rules ?? []).length > 0);
  if (withRules.length === 0)
    throw new InvalidInput(
      diagnostic("no-manifest", "no manifest has rules", { hint: "rules stand in spec.eventBus" }),
    );
  const samples = [
    ...(await Promise.all((flags.event ?? []).map((path) => readEvent(path, context)))),
    ...(flags.samples ? await shippedSamples() : []),
  ];
  const results = withRules.flatMap((manifest) =>
    samples.map(({ name, event }): Result => {
      const place = placeOf(manifest);
      const verdicts = testRules(busOf(manifest) ?? {}, busEventOf(event, place));
      return { manifest: manifestKey(manifest), event: name, rules: verdicts };
    }),
  );
  if (flags.output !== "human") await printDocument(context.terminal, flags.output, { results });
  else if (flags.samples) printSamples(context, results);
  else printResults(context, results);
  return EXIT.done;
}

function busOf({ spec }: Manifest): EventBusSpec | undefined {
  return (spec as { eventBus?: EventBusSpec }).eventBus;
}

function placeOf({ spec }: Manifest): { account: string; region: string } {
  const { awsAccountId = "", awsRegion = "" } =
    (spec as { eventbridgeConfiguration?: { awsAccountId?: string; awsRegion?: string } }).eventbridgeConfiguration ??
    {};
  return { account: awsAccountId, region: awsRegion };
}

async function readEvent(path: string, { stdin }: Context): Promise<Sample> {
  const fail = (message: string, code: "file-unreadable" | "bad-flag"): never => {
    throw new InvalidInput(diagnostic(code, message, { hint: "--event takes a file with one event as JSON" }));
  };
  let text = "";
  try {
    text = path === "-" ? Buffer.from(await stdin()).toString("utf8") : readFileSync(path, "utf8");
  } catch {
    fail(`${path} cannot be read`, "file-unreadable");
  }
  let event: unknown;
  try {
    const read = parseJsonText(text);
    event = read instanceof JsonMembers ? read.toJSON() : read;
  } catch (error) {
    fail(`${path} is not JSON: ${(error as Error).message}`, "bad-flag");
  }
  if (typeof event !== "object" || event === null || Array.isArray(event))
    return fail(`${path} is not one event, a JSON object`, "bad-flag");
  return { name: path === "-" ? "standard input" : path, event: event as Record<string, unknown> };
}

/** An event of every type that Auth0 has. */
async function shippedSamples(): Promise<Sample[]> {
  const { EVENT_TYPES } = await import("../../../pkg/kinds/event-types.ts");
  const { sampleEvent } = await import("../../../pkg/sandbox/index.ts");
  return EVENT_TYPES.map((type) => ({ name: type, event: sampleEvent(type, "est_sample") }));
}

function printResults({ terminal }: Context, results: readonly Result[]): void {
  const { paint } = terminal;
  for (const { manifest, event, rules: verdicts } of results) {
    terminal.out(`${paint("bold", manifest)}  ${paint("gray", event)}\n`);
    for (const { rule, matches, isDisabled, mismatches } of verdicts) {
      const state = isDisabled ? paint("yellow", "  (disabled: gets nothing)") : "";
      terminal.out(`  ${matches ? paint("green", "✔ matches") : paint("gray", "✗ no    ")}  ${rule}${state}\n`);
      for (const { field, reason } of mismatches) terminal.out(`       ${paint("cyan", field)} ${reason}\n`);
    }
  }
}

/** One line a rule: the types it matches. */
function printSamples({ terminal }: Context, results: readonly Result[]): void {
  const { paint } = terminal;
  for (const [manifest, events] of Map.groupBy(results, (result) => result.manifest)) {
    terminal.out(`${paint("bold", manifest)}  ${paint("gray", `${events.length} sample events`)}\n`);
    const verdicts = events.flatMap(({ event, rules: list }) => list.map((verdict) => ({ event, ...verdict })));
    for (const [rule, list] of Map.groupBy(verdicts, (verdict) => verdict.rule)) {
      const matched = list.filter(({ matches }) => matches).map(({ event }) => event);
      const types = matched.length === list.length ? "every event" : matched.join(", ") || "no event";
      terminal.out(`  ${paint(matched.length > 0 ? "green" : "yellow", rule)}  ${types}\n`);
    }
  }
}
