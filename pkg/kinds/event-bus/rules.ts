import { InvalidEventPattern, compileEventPattern } from "../../aws/event-pattern/index.ts";
import { UNKNOWN } from "../../values/index.ts";
import type { Claim, Finding, Partially } from "../kind.ts";
import { elsewhere, tooLong } from "./checks.ts";
import type { BusPlace } from "./checks.ts";
import { patternOfRule } from "./patterns.ts";
import type { EventBusSpec, RuleSpec } from "./schema.ts";
import { TARGET_ARNS } from "./targets.ts";
import { kindOfTarget, targetFindings } from "./target-rules.ts";

type Path = Finding["path"];

/** EventBridge's quotas and limits (User Guide, "Amazon EventBridge quotas"; API reference). */
const MAX_TARGETS = 5;
/** More rules on one bus need a quota increase. */
const DEFAULT_RULES = 300;
const MAX_RULE_NAME = 64;
const MAX_ARCHIVE_NAME = 48;
const MAX_PATTERN = 4096;
/** Larger patterns need a quota increase. */
const DEFAULT_PATTERN = 2048;

/** Everything about an `eventBus` block that its schema cannot say. @param path where the block stands. */
export function eventBusRules(bus: Partially<EventBusSpec>, path: Path, place: BusPlace): Finding[] {
  const findings: Finding[] = [];
  const { archive, rules = [], deadLetterQueueArn } = bus;
  if (archive) {
    findings.push(...tooLong(archive.name, MAX_ARCHIVE_NAME, "an archive", [...path, "archive", "name"]));
    if (archive.eventPattern)
      findings.push(...patternFindings(archive.eventPattern, [...path, "archive", "eventPattern"]));
  }
  findings.push(...elsewhere(deadLetterQueueArn, place, [...path, "deadLetterQueueArn"], "the dead-letter queue"));
  const all = [tooManyRules(rules.length, [...path, "rules"]), repeated(rules, [...path, "rules"], "rule")];
  // An empty entry is no rule; the schema says so.
  const own = rules.map((rule, index) => (rule ? ruleFindings(rule, [...path, "rules", index], place) : []));
  return [findings, ...all, ...own].flat();
}

function tooManyRules(count: number, path: Path): Finding[] {
  if (count <= DEFAULT_RULES) return [];
  const message = `the bus has ${count} rules, which needs a quota above the default ${DEFAULT_RULES}`;
  const hint = 'ask AWS to raise the quota "Rules" of EventBridge, or put several event types into one rule';
  return [{ code: "too-many-rules", severity: "warning", path, atKey: true, message, hint }];
}

/** Names that must be unique beyond the manifest. */
export function eventBusClaims(bus: EventBusSpec, path: Path, name: string, place: BusPlace): Claim[] {
  if (!bus.archive) return [];
  const archive = archiveName(bus, name);
  const at = bus.archive.name === undefined ? [...path, "archive"] : [...path, "archive", "name"];
  const message = `archive "${archive}" in ${place.region ?? "its region"}`;
  return [
    { code: "archive-name-clash", key: `archive ${place.account}/${place.region}/${archive}`, path: at, message },
  ];
}

/** The archive's name: as given, else the manifest's, as far as it fits. */
export function archiveName({ archive }: EventBusSpec, name: string): string {
  return archive?.name ?? name.slice(0, MAX_ARCHIVE_NAME);
}

/** ARNs of what events are sent to, which the manifest does not make. */
export function existingArns({ rules = [], deadLetterQueueArn }: EventBusSpec): string[] {
  const targets = rules.flatMap((rule) => rule.targets);
  const arns = targets.flatMap((target) => {
    const kind = kindOfTarget(target);
    const own = kind && (target[kind] as Record<string, unknown>)[TARGET_ARNS[kind].field];
    return [own, target.deadLetterQueueArn];
  });
  return [...arns, deadLetterQueueArn].filter((arn): arn is string => typeof arn === "string" && arn !== UNKNOWN);
}

/** An absent list is the schema's to refuse. */
function ruleFindings(rule: Partially<RuleSpec>, path: Path, place: BusPlace): Finding[] {
  const { name, targets = [] } = rule;
  const findings = tooLong(name, MAX_RULE_NAME, "a rule", [...path, "name"]);
  const given = (["eventPattern", "eventTypes", "logTypes"] as const).filter((key) => rule[key] !== undefined);
  for (const extra of given.slice(1))
    findings.push({
      code: "conflicting-fields",
      path: [...path, extra],
      atKey: true,
      message: `${extra} is given beside ${given[0]}; a rule takes one of them`,
      hint: `remove one, or put both into an eventPattern`,
    });
  if (given[0])
    findings.push(...patternFindings(patternOfRule(rule), [...path, given[0]], given[0] === "eventPattern"));
  if (targets.length > MAX_TARGETS)
    findings.push({
      code: "too-many-targets",
      path: [...path, "targets"],
      atKey: true,
      message: `rule ${name ?? path.at(-1)} has ${targets.length} targets; EventBridge allows ${MAX_TARGETS}`,
      hint: "make a second rule with the same pattern for the others",
    });
  const own = targets.map((target, index) =>
    target ? targetFindings(target, [...path, "targets", index], place) : [],
  );
  return [findings, repeated(targets, [...path, "targets"], "target"), ...own].flat();
}

function patternFindings(pattern: Record<string, unknown>, path: Path, isWritten = true): Finding[] {
  const { length } = JSON.stringify(pattern);
  if (length > DEFAULT_PATTERN) {
    const isOver = length > MAX_PATTERN;
    return [
      {
        code: "invalid-event-pattern",
        severity: isOver ? "error" : "warning",
        path,
        atKey: true,
        message: isOver
          ? `the pattern is ${length} characters long; EventBridge allows ${MAX_PATTERN}`
          : `the pattern is ${length} characters long, which needs a quota above the default ${DEFAULT_PATTERN}`,
      },
    ];
  }
  try {
    compileEventPattern(pattern);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidEventPattern)) throw error;
    return [
      {
        code: "invalid-event-pattern",
        path: isWritten ? [...path, ...error.path] : path,
        message: `EventBridge refuses the pattern: ${error.message}`,
        hint: "docs/eventbridge.md lists the operators",
      },
    ];
  }
}

function repeated(
  list: readonly ({ readonly name?: string | undefined } | null | undefined)[],
  path: Path,
  what: string,
): Finding[] {
  const seen = new Set<string>();
  return list.flatMap((each, index): Finding[] => {
    const name = each?.name;
    if (name === undefined) return [];
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const at = [...path, index, "name"];
    return [{ code: "duplicate-name", path: at, message: `there is a ${what} ${name} already` }];
  });
}
