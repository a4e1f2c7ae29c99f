import type { Terminal } from "../../pkg/report/terminal.ts";

/** Prints one document for a program: YAML when asked for, else JSON. */
export async function printDocument({ out }: Terminal, format: string, document: object): Promise<void> {
  // The YAML library is large, and JSON does without it.
  if (format === "yaml") out((await import("../../pkg/report/yaml.ts")).toYaml(document));
  else out(`${JSON.stringify(document, null, 2)}\n`);
}
