import type { ResourceState } from "../state/index.ts";
import { toSnake } from "../diagnostics/index.ts";
import { SIG } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { Blocks, Expression, block, expression, identifier } from "./hcl.ts";
import type { Body, Value } from "./hcl.ts";
import { Providers } from "./terraform-providers.ts";
import { TERRAFORM_TYPES } from "./terraform-types.ts";
import type { TerraformType } from "./terraform-types.ts";

/** A resource on its way into the configuration. */
interface Exported {
  resource: ResourceState;
  type: TerraformType;
  /** `aws_sqs_queue.inbox`. */
  address: string;
}

/**
 * Terraform configuration of applied stacks: each resource, and an import block with its live id, so that a first
 * `terraform plan` takes everything over. What one resource takes from another is a reference; secrets are variables.
 * @param resources records of the stacks; secrets may be encrypted, they are not looked at.
 */
export function terraformConfiguration(resources: readonly ResourceState[]): string {
  const exported = withAddresses(resources);
  const providers = new Providers(resources);
  const references = new References(exported);
  const variables = new Map<string, string>();
  const blocks = exported.flatMap((each) => {
    const { type, address, resource } = each;
    const inputs = resource.inputs ?? {};
    const body = new Writer(each, references, variables).body({ ...statedBy(each), ...inputs });
    const id = type.importId({ ...resource.outputs, ...resource.inputs }, resource.id ?? "");
    const head = `resource "${type.type}" "${address.slice(type.type.length + 1)}"`;
    return [
      block(head, {
        ...providers.of(resource),
        ...body,
        ...references.unsaid(each, block("", body)),
        ...lifecycleOf(each),
      }),
      block("import", { to: new Expression(address), id }),
    ];
  });
  const declared = [...variables].map(([name, description]) =>
    block(`variable "${name}"`, { description, type: new Expression("string"), sensitive: true }),
  );
  return `${[...providers.blocks(), ...declared, ...blocks].join("\n\n")}\n`;
}

/** What the official provider would otherwise set to a default of its own. */
function statedBy({ type, resource }: Exported): PropertyMap {
  const live = (type.stated ?? []).map((name) => [name, resource.outputs?.[name]] as const);
  return Object.fromEntries(live.filter(([, value]) => value !== undefined));
}

/** Keeps Terraform from replacing a resource for what it cannot read back. */
function lifecycleOf({ type, resource }: Exported): Body {
  const names = (type.unreadable ?? []).filter((name) => resource.inputs?.[name] !== undefined);
  if (names.length === 0) return {};
  return { lifecycle: new Blocks([{ ignore_changes: names.map((name) => new Expression(toSnake(name))) }]) };
}

/** Stacks of several environments may have resources of one name; configuration is one namespace. */
function withAddresses(resources: readonly ResourceState[]): Exported[] {
  const taken = new Set<string>();
  return resources.flatMap((resource): Exported[] => {
    const type = resource.external || resource.delete ? undefined : TERRAFORM_TYPES[resource.type];
    if (!type) return [];
    const name = `${type.type}.${identifier(nameOf(resource))}`;
    let address = name;
    for (let number = 2; taken.has(address); number += 1) address = `${name}_${number}`;
    taken.add(address);
    return [{ resource, type, address }];
  });
}

function nameOf({ urn }: ResourceState): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** What one resource takes from another. */
class References {
  readonly #texts = new Map<string, string>();
  readonly #addresses = new Map<string, string>();

  constructor(exported: readonly Exported[]) {
    for (const { resource, address, type } of exported) {
      this.#addresses.set(resource.urn, address);
      const outputs = resource.outputs ?? {};
      for (const name of type.referredBy ?? []) {
        const text = outputs[name];
        if (typeof text === "string") this.#texts.set(keyOf(type.type, name, text, outputs), `${address}.${name}`);
      }
      const source = (outputs["eventbridgeConfiguration"] as PropertyMap | undefined)?.["awsPartnerEventSource"];
      if (typeof source === "string")
        this.#texts.set(`source ${source}`, `${address}.eventbridge_configuration[0].aws_partner_event_source`);
    }
  }

  /** An expression for a text that a property has, when another resource's attribute says the same. */
  find({ type, address, resource }: Exported, path: readonly string[], text: string): Expression | undefined {
    const isSource = type.type === "aws_cloudwatch_event_bus";
    const key = isSource
      ? `source ${text}`
      : path.join(".") === "rule"
        ? keyOf("aws_cloudwatch_event_rule", "name", text, resource.inputs ?? {})
        : text;
    const found = this.#texts.get(key);
    // Nothing refers to itself.
    return found && !found.startsWith(`${address}.`) ? new Expression(found) : undefined;
  }

  /** Dependencies that no reference in the written body says. */
  unsaid({ resource }: Exported, body: string): Body {
    const addresses = (resource.dependencies ?? []).flatMap((urn) => this.#addresses.get(urn) ?? []);
    const unsaid = [...new Set(addresses)].filter((address) => !body.includes(`${address}.`));
    return unsaid.length > 0 ? { depends_on: unsaid.map((address) => new Expression(address)) } : {};
  }
}

/** Rules' names are their bus's own. */
function keyOf(type: string, property: string, text: string, { eventBusName }: PropertyMap): string {
  const isRuleName = type === "aws_cloudwatch_event_rule" && property === "name";
  return isRuleName ? JSON.stringify([eventBusName, text]) : text;
}

/** Writes the properties of one resource. */
class Writer {
  readonly #exported: Exported;
  readonly #references: References;
  readonly #variables: Map<string, string>;

  constructor(exported: Exported, references: References, variables: Map<string, string>) {
    this.#exported = exported;
    this.#references = references;
    this.#variables = variables;
  }

  body(properties: PropertyMap, path: readonly string[] = []): Body {
    const { type } = this.#exported;
    const entries = Object.entries(properties).flatMap(([key, value]): [string, Value | Blocks][] => {
      const isAbsent = value === undefined || value === null || value === "" || key.startsWith("__");
      if (isAbsent) return [];
      const name = type.renamed?.[key] ?? toSnake(key);
      const at = [...path, key];
      if (type.blocks?.includes(key)) {
        const bodies = (Array.isArray(value) ? value : [value]) as PropertyMap[];
        return [[name, new Blocks(bodies.map((body) => this.body(body, at)))]];
      }
      if (type.documents?.includes(key) && typeof value === "string") return [[name, this.#document(value)]];
      return [[name, this.#value(value, at)]];
    });
    return Object.fromEntries(entries);
  }

  #value(value: PropertyValue, path: readonly string[]): Value {
    if (typeof value === "string") return this.#references.find(this.#exported, path, value) ?? value;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((each) => this.#value(each, path));
    if (SIG in value) return this.#variable(path);
    const entries = Object.entries(value).map(
      ([key, each]) => [key, this.#value(each ?? null, [...path, key])] as const,
    );
    return Object.fromEntries(entries);
  }

  /** A policy or pattern as an expression, with references in it. */
  #document(text: string): Value {
    const inner = this.#value(JSON.parse(text) as PropertyValue, []);
    return new Expression(`jsonencode(${expression(inner, "  ")})`);
  }

  #variable(path: readonly string[]): Value {
    const { address, type } = this.#exported;
    const own = address.slice(type.type.length + 1);
    const name = [own, ...path.slice(-1).map(toSnake)].join("_").replaceAll("-", "_");
    this.#variables.set(name, `${path.join(".")} of ${own}`);
    return new Expression(`var.${name}`);
  }
}
