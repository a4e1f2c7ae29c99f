import { closest } from "../diagnostics/index.ts";
import { UNKNOWN } from "../values/index.ts";
import type { BusPlace } from "./event-bus/checks.ts";
import type { Finding } from "./kind.ts";

// Checks that every kind with destinations shares. Pure.

/**
 * The block of the chosen destination must be there, and no other one.
 * @param blocks the block's name for each value of `destinationType`.
 */
export function destinationFindings(
  spec: { readonly destinationType?: string | undefined; readonly [block: string]: unknown },
  blocks: Readonly<Record<string, string>>,
): Finding[] {
  const { destinationType: type } = spec;
  const wanted = type !== undefined && Object.hasOwn(blocks, type) ? blocks[type] : undefined;
  if (!wanted) return [];
  const missing: Finding[] = isAbsent(spec[wanted])
    ? [
        {
          code: "missing-destination-block",
          path: ["spec", "destinationType"],
          message: `destinationType is ${type}, but ${wanted} is missing`,
          hint: `add a ${wanted} block under spec`,
          missing: [["spec", wanted]],
        },
      ]
    : [];
  const extra = Object.values(blocks)
    .filter((name) => name !== wanted && !isAbsent(spec[name]))
    .map((name): Finding => ({
      code: "extra-destination-block",
      path: ["spec", name],
      atKey: true,
      message: `${name} is given, but destinationType is ${type}`,
      hint: `remove ${name}, or change destinationType`,
    }));
  return [...missing, ...extra];
}

/** An event bus needs a destination that has a partner event source. */
export function eventBusFindings(destinationType: string | undefined): Finding[] {
  if (destinationType === undefined || destinationType === "eventbridge") return [];
  return [
    {
      code: "event-bus-without-source",
      path: ["spec", "eventBus"],
      atKey: true,
      message: `eventBus is given, but destinationType is ${destinationType}`,
      hint: "only an eventbridge destination has a partner event source to associate; remove eventBus",
    },
  ];
}

/** Region and account of an EventBridge destination, as far as they are known. */
export function busPlaceOf(
  configuration: { readonly awsRegion?: string | undefined; readonly awsAccountId?: string | undefined } | undefined,
): BusPlace {
  const { awsRegion: region, awsAccountId: account } = configuration ?? {};
  const isKnown = (value: string | undefined): value is string => value !== undefined && value !== UNKNOWN;
  return { ...(isKnown(region) ? { region } : {}), ...(isKnown(account) ? { account } : {}) };
}

/** A text of the given list, else a warning that names the nearest entry. Unknown and absent texts pass. */
export function listedFindings(
  value: unknown,
  listed: readonly string[],
  finding: Omit<Finding, "hint" | "severity">,
): Finding[] {
  if (typeof value !== "string" || value === "" || value === UNKNOWN || listed.includes(value)) return [];
  const near = closest(value, listed);
  return [{ ...finding, severity: "warning", ...(near ? { hint: `did you mean "${near}"?` } : {}) }];
}

/**
 * An endpoint must be a URL and must not carry credentials in it.
 * @param elsewhere the field that keeps credentials secret.
 */
export function endpointFindings(value: unknown, path: Finding["path"], elsewhere: string): Finding[] {
  if (typeof value !== "string" || !value.startsWith("https://")) return [];
  const field = String(path.at(-1));
  const url = URL.parse(value);
  if (!url || /\s/.test(value)) return [{ code: "invalid-value", path, message: `${field} is not a URL` }];
  if (!url.username && !url.password) return [];
  const hint = `put them into ${elsewhere}, where they are kept secret`;
  return [{ code: "invalid-value", path, message: `${field} carries credentials`, hint }];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
