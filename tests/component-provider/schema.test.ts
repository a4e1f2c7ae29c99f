import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageSchema } from "../../pkg/component-provider/index.ts";

const schema = packageSchema(JSON.parse(readFileSync("package.json", "utf8")) as Parameters<typeof packageSchema>[0]);

test("schemas/pulumi-package.json is what the kinds say (npm run schemas writes it)", () => {
  expect(JSON.parse(readFileSync("schemas/pulumi-package.json", "utf8"))).toEqual(JSON.parse(JSON.stringify(schema)));
});

interface Node {
  $ref?: string;
  type?: string;
  items?: Node;
  additionalProperties?: Node;
}

test("every type is one that SDK generators know", () => {
  const used = new Set<string>();
  const check = (node: Node, at: string): void => {
    if (node.$ref) {
      const [, token] = /^#\/types\/(.+)$/.exec(node.$ref) ?? [];
      if (token) used.add(token);
      const isKnown = token ? Object.hasOwn(schema.types, token) : node.$ref === "pulumi.json#/Any";
      expect(isKnown, `${at}: ${node.$ref}`).toBe(true);
      return;
    }
    expect(["string", "integer", "number", "boolean", "array", "object"], at).toContain(node.type);
    if (node.type === "array") check(node.items ?? {}, `${at}[]`);
    if (node.type === "object") check(node.additionalProperties ?? {}, `${at}{}`);
  };
  const objects = [...Object.entries(schema.resources), ...Object.entries(schema.types)];
  for (const [token, object] of objects) {
    expect(token).toMatch(/^auth0-streams:index:[A-Z]\w+$/);
    for (const [name, property] of Object.entries(object.properties)) check(property, `${token}.${name}`);
    expect(Object.keys(object.properties)).toEqual(expect.arrayContaining(object.required));
  }
  for (const [token, resource] of Object.entries(schema.resources)) {
    for (const [name, property] of Object.entries(resource.inputProperties)) check(property, `${token}.${name}`);
    expect(Object.keys(resource.inputProperties)).toEqual(expect.arrayContaining(resource.requiredInputs));
    // Names of resources and types become classes side by side.
    expect(Object.keys(schema.types)).not.toContain(token);
  }
  expect([...used].toSorted()).toEqual(Object.keys(schema.types).toSorted());
});

test("secrets of the manifest are secrets of the package", () => {
  const { properties } = schema.types["auth0-streams:index:WebhookConfigurationWebhookAuthorization"] ?? {};
  const secrets = Object.entries(properties ?? {}).flatMap(([name, { secret }]) => (secret ? [name] : []));
  expect(secrets).toEqual(["password", "token", "headerValue"]);
});
