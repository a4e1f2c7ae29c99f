import type * as z from "zod/mini";
import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { fieldOf, visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import type { PropertyValue } from "../values/index.ts";
import { formatPath } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";

/** `${NAME}`, `$NAME` as a whole value, and `{{ name }}`: what shells, envsubst and templates fill in. */
const PLACEHOLDER = /\$\{[A-Za-z_]\w*\}|^\$[A-Z_][A-Z0-9_]*$|\{\{[^{}]*\}\}/;
const VARIABLE = /^\$\{?([A-Za-z_]\w*)\}?$/;

/** Texts that look like a variable, in fields that may be secret: nothing fills them in, they would be sent as they are. */
export function checkPlaceholders(document: LocatedDocument, schema: z.ZodMiniType): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const field = ({ value, schema: own, path }: FieldNode): PropertyValue => {
    if (typeof value !== "string" || !fieldOf(own).ref || !PLACEHOLDER.test(value)) return value;
    // Only the name of a variable is repeated, never a part of what may be a password.
    const [, name = "NAME"] = VARIABLE.exec(value) ?? [];
    const message = `${String(path.at(-1))} looks like a variable, which nothing replaces`;
    const hint = `write {valueFrom: {env: ${name}}}; if the text is meant as it is, leave it`;
    const more = { severity: "warning", path: formatPath(path), hint, ...locate(document, path) } as const;
    diagnostics.push(diagnostic("literal-placeholder", message, more));
    return value;
  };
  visitFields(document.value, schema, { field });
  return diagnostics;
}
