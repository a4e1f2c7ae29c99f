import { childOf, fieldOf, specSchemaFor } from "../kinds/index.ts";
import { withReferences } from "../manifest/index.ts";
import type { Manifest } from "../manifest/index.ts";
import { isSecret } from "../values/index.ts";
import type { PropertyValue } from "../values/index.ts";

/**
 * A Pulumi program in TypeScript that makes what manifests make, with the components of this package. Secrets come from
 * the stack's configuration.
 */
export function pulumiProgram(manifests: readonly Manifest[]): string {
  const secrets: string[] = [];
  const made = manifests.map((manifest) => {
    const { kind, metadata } = manifest;
    // Values from the environment and files are secrets of the program too.
    const { spec } = withReferences(manifest, () => undefined);
    const constant = camel(metadata.name);
    const args = literal(spec, specSchemaFor(kind, spec), [metadata.name], secrets, "");
    return `const ${constant} = new ${kind.kind}(${JSON.stringify(metadata.name)}, ${args});\nexport const ${constant}Outputs = ${constant}.statusOutputs();`;
  });
  const classes = [...new Set(manifests.map(({ kind }) => kind.kind))].toSorted();
  const configured = secrets.length > 0;
  const lines = [
    ...(configured ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    `import { ${classes.join(", ")} } from "auth0-streams";`,
    "",
    ...(configured
      ? [...secrets.map((key) => `// pulumi config set --secret ${key}`), "const config = new pulumi.Config();", ""]
      : []),
  ];
  return `${[...lines, made.join("\n\n")].join("\n")}\n`;
}

type Schema = Parameters<typeof fieldOf>[0];

function literal(
  value: unknown,
  schema: Schema | undefined,
  path: readonly string[],
  secrets: string[],
  indent: string,
): string {
  if ((schema && fieldOf(schema).secret) || isSecret(value as PropertyValue)) {
    const key = path.filter((step) => !/^(spec|webhookConfiguration)$/.test(step)).join("-");
    secrets.push(key);
    return `config.requireSecret(${JSON.stringify(key)})`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((each, index) => literal(each, schema && childOf(schema, index), path, secrets, inner));
    const line = `[${items.join(", ")}]`;
    return line.length < 80 && !line.includes("\n")
      ? line
      : `[\n${items.map((item) => `${inner}${item},`).join("\n")}\n${indent}]`;
  }
  const lines = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([key, each]) => {
      const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
      return `${inner}${name}: ${literal(each, schema && childOf(schema, key), [...path, key], secrets, inner)},`;
    });
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
}

function camel(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join("");
  return /^[A-Za-z_]/.test(joined) ? joined : `_${joined}`;
}
