import { UNKNOWN } from "../../values/index.ts";
import type { Finding, Partially } from "../kind.ts";
import { parseArn } from "../../aws/index.ts";
import { elsewhere, tooLong } from "./checks.ts";
import type { BusPlace } from "./checks.ts";
import { TARGET_ARNS, TARGET_KINDS } from "./targets.ts";
import type { TargetKind, TargetSpec } from "./targets.ts";

type Path = Finding["path"];

const MAX_TARGET_ID = 64;
const MAX_INPUT = 8192;
/** Services whose own policy lets EventBridge in; in another account it is not ours to change. */
const BY_RESOURCE_POLICY: readonly TargetKind[] = ["lambda", "sqs", "sns"];

/** The block that says where a target is; `undefined` unless there is exactly one. */
export function kindOfTarget(target: Partially<TargetSpec>): TargetKind | undefined {
  const given = TARGET_KINDS.filter((kind) => target[kind] !== undefined);
  return given.length === 1 ? given[0] : undefined;
}

/** Everything about a target that its schema cannot say. */
export function targetFindings(target: Partially<TargetSpec>, path: Path, place: BusPlace): Finding[] {
  return [
    ...tooLong(target.name, MAX_TARGET_ID, "a target", [...path, "name"]),
    ...service(target, path, place),
    ...input(target, path),
    ...deadLetters(target, path, place),
  ];
}

function service(target: Partially<TargetSpec>, path: Path, place: BusPlace): Finding[] {
  const given = TARGET_KINDS.filter((kind) => target[kind] !== undefined);
  const [kind] = given;
  if (!kind)
    return [
      {
        code: "missing-field",
        path,
        message: `target ${target.name ?? path.at(-1)} does not say where events go`,
        hint: `add one of ${TARGET_KINDS.join(", ")}`,
        missing: TARGET_KINDS.map((each) => [...path, each]),
      },
    ];
  if (given.length > 1)
    return given.slice(1).map((extra) => ({
      code: "conflicting-fields",
      path: [...path, extra],
      atKey: true,
      message: `${extra} is given beside ${kind}; a target has one service`,
      hint: "make a target of each",
    }));
  const { field, service: wanted, resource } = TARGET_ARNS[kind];
  const text = (target[kind] as Record<string, unknown> | undefined)?.[field];
  if (typeof text !== "string" || text === UNKNOWN) return [];
  const at = [...path, kind, field];
  const arn = parseArn(text);
  if (!arn) return [];
  if (arn.service !== wanted || !resource.test(arn.resource))
    return [{ code: "wrong-arn", path: at, message: `${field} is not the ARN of what ${kind} sends to` }];
  const findings = kind === "eventBus" ? [] : elsewhere(text, place, at, `target ${target.name ?? path.at(-1)}`);
  // With a role, EventBridge delivers to other accounts; the other account must let it.
  const isAllowed = target.roleArn !== undefined || !BY_RESOURCE_POLICY.includes(kind);
  return [...findings.filter(({ code }) => code !== "wrong-account" || !isAllowed), ...fifo(target, text, path)];
}

function fifo(target: Partially<TargetSpec>, arn: string, path: Path): Finding[] {
  if (!target.sqs || !arn.endsWith(".fifo") || target.sqs.messageGroupId !== undefined) return [];
  return [
    {
      code: "missing-field",
      path: [...path, "sqs"],
      atKey: true,
      message: "messageGroupId is missing, which a FIFO queue needs",
      hint: "add messageGroupId, e.g. the name of the rule",
      missing: [[...path, "sqs", "messageGroupId"]],
    },
  ];
}

function input(target: Partially<TargetSpec>, path: Path): Finding[] {
  const given = (["input", "inputPath", "inputTransformer"] as const).filter((key) => target[key] !== undefined);
  const findings = given.slice(1).map((extra): Finding => ({
    code: "conflicting-fields",
    path: [...path, extra],
    atKey: true,
    message: `${extra} is given beside ${given[0]}; a target takes one of them`,
  }));
  const { inputTransformer } = target;
  if (target.input !== undefined && JSON.stringify(target.input).length > MAX_INPUT)
    findings.push({
      code: "invalid-value",
      path: [...path, "input"],
      message: `input is over ${MAX_INPUT} characters`,
    });
  const { inputPaths = {}, inputTemplate = "" } = inputTransformer ?? {};
  for (const [, variable = ""] of inputTemplate.matchAll(/<([^<>\s]+)>/g)) {
    if (variable.startsWith("aws.events.") || Object.hasOwn(inputPaths, variable)) continue;
    findings.push({
      code: "invalid-value",
      path: [...path, "inputTransformer", "inputTemplate"],
      message: `inputTemplate uses <${variable}>, which inputPaths does not define`,
      hint: `add ${variable} to inputPaths`,
      missing: [[...path, "inputTransformer", "inputPaths", variable]],
    });
  }
  return findings;
}

function deadLetters(target: Partially<TargetSpec>, path: Path, place: BusPlace): Finding[] {
  const { deadLetterQueueArn: arn, deadLetterQueue } = target;
  if (arn === undefined) return [];
  const at = [...path, "deadLetterQueueArn"];
  if (deadLetterQueue !== undefined)
    return [
      {
        code: "conflicting-fields",
        path: at,
        atKey: true,
        message: "deadLetterQueueArn is given beside deadLetterQueue; a target takes one of them",
      },
    ];
  if (arn === UNKNOWN) return [];
  if (parseArn(arn)?.service !== "sqs" || arn.endsWith(".fifo"))
    return [{ code: "wrong-arn", path: at, message: "deadLetterQueueArn is not the ARN of a standard SQS queue" }];
  return elsewhere(arn, place, at, `the dead-letter queue of ${target.name ?? path.at(-1)}`);
}
