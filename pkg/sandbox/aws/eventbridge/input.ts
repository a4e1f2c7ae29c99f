import type { Target } from "./rules.ts";

/** What a target gets for an event, as text. */
export function inputFor(target: Target, event: object, rule: { name: string; arn: string }): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(atPath(event, target.InputPath) ?? null);
  const { InputTransformer: transformer } = target;
  if (!transformer) return JSON.stringify(event);
  const values: Record<string, unknown> = {
    "aws.events.rule-arn": rule.arn,
    "aws.events.rule-name": rule.name,
    "aws.events.event.ingestion-time": new Date().toISOString(),
    "aws.events.event": event,
    "aws.events.event.json": event,
  };
  for (const [name, path] of Object.entries(transformer.InputPathsMap ?? {})) values[name] = atPath(event, path);
  return filled(transformer.InputTemplate, values);
}

/** Variables in quotes are put in as they are; others get the quotes that JSON wants. A value that is missing is empty. */
function filled(template: string, values: Record<string, unknown>): string {
  let isQuoted = false;
  return template.replaceAll(/\\.|"|<([^<>\s]+)>/g, (match, name: string | undefined) => {
    if (match === '"') isQuoted = !isQuoted;
    if (name === undefined) return match;
    const value = values[name];
    if (value === undefined) return "";
    const text = JSON.stringify(value);
    if (typeof value !== "string") return isQuoted ? text.replaceAll('"', '\\"') : text;
    return isQuoted ? text.slice(1, -1) : text;
  });
}

/** The value at `$.a.b[0]['c']`. */
function atPath(event: object, path: string): unknown {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)];
  let value: unknown = event;
  for (const [, name, index, quoted] of steps) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[name ?? index ?? quoted ?? ""];
  }
  return value;
}
