import type * as z from "zod/mini";
import { childOf, envelopeOf, fieldKeys, fieldOf, findKind, kinds, typeName } from "../../../pkg/kinds/index.ts";
import type { Kind } from "../../../pkg/kinds/index.ts";
import { table } from "../../../pkg/report/index.ts";
import { closest } from "../../../pkg/diagnostics/index.ts";
import { parsePath } from "../../../pkg/values/index.ts";
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
  const [head = "", ...rest] = path.split(".");
  const named = head ? findKind(head) : undefined;
  const kind = named ?? kinds[0];
  if (!kind) throw badFlag("there are no kinds");
  const steps = (named ? rest : [head, ...rest]).filter(Boolean).flatMap((step) => parsePath(step));
  if (steps[0] === "status") return explainOutputs(kind, steps.slice(2), terminal.out);
  const schema = follow(envelopeOf(kind), steps);
  const { description, secret, ref, required } = fieldOf(schema);
  const fields = fieldKeys(schema).map((key) => {
    const field = childOf(schema, key) as z.ZodMiniType;
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

function follow(root: z.ZodMiniType, steps: readonly (string | number)[]): z.ZodMiniType {
  let schema = root;
  for (const [index, step] of steps.entries()) {
    const next = childOf(schema, step);
    if (!next) {
      const near = closest(String(step), fieldKeys(schema));
      throw badFlag(
        `${steps.slice(0, index).join(".") || "a manifest"} has no field "${step}"`,
        near ? `did you mean "${near}"?` : `it has ${fieldKeys(schema).join(", ")}`,
      );
    }
    schema = next;
  }
  return schema;
}

function explainOutputs(kind: Kind, [name]: readonly (string | number)[], out: (text: string) => void): number {
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
