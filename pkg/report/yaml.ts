// Imported only when YAML is asked for: the library is large, and JSON and text do without it.
import { Document, Scalar, visit } from "yaml";
import { isPrintable } from "./printable.ts";

/** A value as a YAML document. Texts with control characters are quoted, so that the characters can be spelled out. */
export function toYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === "string" && !isPrintable(node.value.replaceAll("\n", "")))
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString();
}
