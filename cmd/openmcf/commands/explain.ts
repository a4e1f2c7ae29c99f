import type * as z from "zod/mini";
import { childOf, envelopeOf, fieldKeys, fieldOf, findKind, kinds, typeName } from "../../../pkg/kinds/index.ts";
import type { Kind } from "../../../pkg/kinds/index.ts";
import { table } from "../../../pkg/report/index.ts";
import { closest } from "../../../pkg/diagnostics/index.ts";
import type { InvalidInput } from "../../../pkg/diagnostics/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import { badFlag } from "../failure.ts";
import type { OutputFlags } from "../flags.ts";

/** `openmcf explain`: a field's documentation, from the schema that validates it. */
export const explain: Command<OutputFlags & { paths: string[] }> = async (
  context,
  { paths: [path = "", search = ""], output },
) => {
  const { terminal } = context;
  if (path === "log-types" || path === "event-types") {
    const { explainCatalogue } = await import("./explain-catalogue.ts");
    return explainCatalogue(context, path, search, output);
  }
  const { kind, steps } = placeOf(path);
  if (steps[0] === "status") return explainOutputs(kind, steps.slice(2), terminal.out);
  const schema = follow(envelopeOf(kind), steps);
  if (!schema) throw noSuchField(kind, steps);
  const { description, secret, ref, required } = fieldOf(schema);
  const inside = itemOf(schema);
  const fields = fieldKeys(inside).map((key) => {
    const field = childOf(inside, key) as z.ZodMiniType;
    return { name: key, type: typeName(field), ...fieldOf(field) };
  });
  if (output === "json") {
    terminal.out(
      `${JSON.stringify({ kind: kind.kind, path: steps.join("."), type: typeName(schema), description: description ?? kind.summary, required, secret, reference: ref, fields }, null, 2)}\n`,
    );
    return EXIT.done;
  }
  const notes = [
    required && steps.length > 0 && "required",
    secret && "secret: never shown",
    ref && "may be {valueFrom: {env|file|kind,name,fieldPath}}",
  ].filter((note) => note !== false);
  terminal.out(
    `${terminal.paint("bold", [kind.kind, ...steps].join("."))}  ${terminal.paint("gray", typeName(schema))}\n`,
  );
  terminal.out(`${description ?? kind.summary}\n${notes.length > 0 ? `(${notes.join("; ")})\n` : ""}`);
  if (fields.length > 0) {
    const rows = fields.map((field) => [
      terminal.paint("cyan", field.name),
      field.type,
      `${field.required ? "required. " : ""}${field.description ?? ""}`,
    ]);
    terminal.out(`\n${table(rows, "  ").join("\n")}\n`);
  }
  if (steps.join(".") === "spec.subscriptions") await listEventTypes(terminal.out);
  return EXIT.done;
};

/**
 * What a typed path names: `spec.x`, `Auth0LogStream.spec.x`, with or without indexes (`rules[].targets`, `rules[0]`).
 * Without a kind it is the first one that has such a field.
 */
function placeOf(path: string): { kind: Kind; steps: string[] } {
  const typed = path
    .replaceAll(/\[[^\]]*\]?/g, "")
    .split(".")
    .filter(Boolean);
  const named = typed[0] === undefined ? undefined : findKind(typed[0]);
  if (named) return { kind: named, steps: typed.slice(1) };
  const kind = kinds.find((each) => typed[0] === "status" || follow(envelopeOf(each), typed)) ?? kinds[0];
  if (!kind) throw badFlag("there are no kinds");
  return { kind, steps: typed };
}

/** The schema at the end of the path, through the items of lists; `undefined` when there is none. */
function follow(root: z.ZodMiniType, steps: readonly string[]): z.ZodMiniType | undefined {
  let schema: z.ZodMiniType | undefined = root;
  for (const step of steps) schema = schema && childOf(itemOf(schema), step);
  return schema;
}

/** What a list is made of; the schema itself when it is no list. */
function itemOf(schema: z.ZodMiniType): z.ZodMiniType {
  const item = childOf(schema, 0);
  return item && fieldKeys(schema).length === 0 && fieldKeys(item).length > 0 ? item : schema;
}

function noSuchField(kind: Kind, steps: readonly string[]): InvalidInput {
  const known = steps.findIndex((_, index) => !follow(envelopeOf(kind), steps.slice(0, index + 1)));
  const parent = follow(envelopeOf(kind), steps.slice(0, known));
  const fields = parent ? fieldKeys(itemOf(parent)) : [];
  const step = steps[known] ?? "";
  const near = closest(step, fields);
  const hint = near ? `did you mean "${near}"?` : fields.length > 0 ? `it has ${fields.join(", ")}` : undefined;
  return badFlag(`${[kind.kind, ...steps.slice(0, known)].join(".")} has no field "${step}"`, hint);
}

function explainOutputs(kind: Kind, [name]: readonly string[], out: (text: string) => void): number {
  const all = Object.entries(kind.outputs).filter(([key]) => name === undefined || key === name);
  if (all.length === 0)
    throw badFlag(`status.outputs has no "${name}"`, `it has ${Object.keys(kind.outputs).join(", ")}`);
  out(`${table(all.map(([key, { type, description }]) => [key, type, description])).join("\n")}\n`);
  return EXIT.done;
}

async function listEventTypes(out: (text: string) => void): Promise<void> {
  const { EVENT_TYPES } = await import("../../../pkg/kinds/event-types.ts");
  out(`\nEvent types that Auth0 has:\n${EVENT_TYPES.map((type) => `  ${type}`).join("\n")}\n`);
}
