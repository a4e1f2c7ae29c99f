import * as z from "zod/mini";
import { eventBusOutputs, eventBusSchema, kinds } from "../kinds/index.ts";
import type { Kind } from "../kinds/index.ts";

/** Name of the package, and of the module that all its tokens are in. */
export const PACKAGE = "auth0-streams";

/** A property, or what is in a list or a map. */
interface TypeSpec {
  type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  plain?: true;
}

interface PropertySpec extends TypeSpec {
  description?: string;
  secret?: true;
}

interface ObjectSpec {
  type: "object";
  description?: string;
  properties: Record<string, PropertySpec>;
  required: string[];
}

interface ResourceSpec extends ObjectSpec {
  isComponent: true;
  inputProperties: Record<string, PropertySpec>;
  requiredInputs: string[];
}

/** What Pulumi's SDK generators read (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/). */
export interface PackageSchema {
  name: string;
  version: string;
  description: string;
  license: string;
  resources: Record<string, ResourceSpec>;
  types: Record<string, ObjectSpec>;
  language: Record<string, { respectSchemaVersion: true }>;
}

/** What package.json says of the package. */
interface About {
  version: string;
  description: string;
  license: string;
}

/** JSON Schema as zod writes it, with the marks of our fields. */
interface Json {
  type?: string;
  description?: string;
  properties?: Record<string, Json>;
  required?: string[];
  items?: Json;
  additionalProperties?: Json | boolean;
  enum?: unknown[];
  ref?: boolean;
  secret?: boolean;
}

const ANY: TypeSpec = { $ref: "pulumi.json#/Any" };
/** Names of nested types of the first kind have no prefix; SDKs that people have generated keep working. */
const PREFIXES: Readonly<Record<string, string>> = { Auth0EventStream: "", Auth0LogStream: "LogStream" };
/** Outputs that only some destinations have. */
const MAY_BE_NULL: ReadonlySet<string> = new Set(["awsPartnerEventSource", "azurePartnerTopic"]);
const LANGUAGES = ["nodejs", "python", "go", "csharp", "java"];

/**
 * The schema of the component package, from the manifests' own zod schemas: the same fields, descriptions and secrets.
 * Pulumi's analyzer of TypeScript knows none of them, and stops at the first union.
 */
export function packageSchema({ version, description, license }: About): PackageSchema {
  const types = new Types();
  const { description: busDescription = "", properties } = jsonOf(eventBusSchema());
  const bus = types.object("EventBus", { description: busDescription, properties: withoutAssociate(properties) });
  types.add("EventBus", bus);
  const streams = kinds.map((kind) => [token(kind.kind), streamResource(kind, types, busDescription)]);
  return {
    name: PACKAGE,
    version,
    description,
    license,
    resources: { ...Object.fromEntries(streams), ...busResources(types, bus) },
    types: types.all(),
    language: Object.fromEntries(LANGUAGES.map((language) => [language, { respectSchemaVersion: true }])),
  };
}

/** The component of a kind: inputs are its spec and a name, outputs its `status.outputs`. */
function streamResource(kind: Kind, types: Types, busDescription: string): ResourceSpec {
  const spec = jsonOf(kind.spec);
  // A receiver runs elsewhere; a component makes nothing of it.
  const { eventBus: _, receiver: __, ...fields } = spec.properties ?? {};
  const inputs = types.object(PREFIXES[kind.kind] ?? kind.kind, { ...spec, properties: fields });
  const name = { type: "string", description: "Name of the stream at Auth0. The component's when left out." };
  const own = Object.fromEntries(Object.entries(kind.outputs).filter(([, { only }]) => !only));
  const { id, name: streamName, ...outputs } = outputsOf(own);
  const outputsOfStream = { streamId: id as PropertySpec, streamName: streamName as PropertySpec, ...outputs };
  const eventBus = { ...types.reference("EventBus"), description: busDescription };
  return {
    ...component(kind.summary, { ...inputs.properties, name: name as PropertySpec, eventBus }),
    requiredInputs: inputs.required,
    properties: { ...outputsOfStream, ...outputsOf(eventBusOutputs) },
    required: Object.keys(outputsOfStream).filter((key) => !MAY_BE_NULL.has(key)),
  };
}

function busResources(types: Types, bus: ObjectSpec): Record<string, ResourceSpec> {
  return {
    [token("PartnerEventBus")]: {
      ...component("An event bus associated with a partner event source, its archive, rules and their targets.", {
        source: { type: "string", description: "Name of the partner event source; the bus gets the same name." },
        ...bus.properties,
      }),
      requiredInputs: ["source"],
      properties: outputsOf(eventBusOutputs),
      required: ["eventBusArn", "eventBusName"],
    },
    [token("EventBusRule")]: {
      ...component("An event rule with its targets, and what lets its events arrive there.", {
        bus: { type: "string", description: "Name of the event bus." },
        rule: { ...types.reference("Rule"), description: "The rule and its targets." },
        tags: { type: "object", additionalProperties: { type: "string" }, description: "Tags of what is made." },
      }),
      requiredInputs: ["bus", "rule"],
      properties: { ruleArn: { type: "string", description: "ARN of the rule." } },
      required: ["ruleArn"],
    },
  };
}

function token(name: string): string {
  return `${PACKAGE}:index:${name}`;
}

function component(
  description: string,
  inputProperties: Record<string, PropertySpec>,
): Pick<ResourceSpec, "type" | "isComponent" | "description" | "inputProperties"> {
  return { type: "object", isComponent: true, description, inputProperties };
}

function jsonOf(schema: z.ZodMiniType): Json {
  return z.toJSONSchema(schema, { io: "input" }) as Json;
}

/** An event bus of a manifest may say that it is associated; a component always is. */
function withoutAssociate(properties: Record<string, Json> = {}): Record<string, Json> {
  const { associate: _, ...others } = properties;
  return others;
}

const OUTPUT_TYPES: Readonly<Record<string, TypeSpec>> = {
  string: { type: "string" },
  "string[]": { type: "array", items: { type: "string" } },
  "map of strings": { type: "object", additionalProperties: { type: "string" } },
};

function outputsOf(
  docs: Readonly<Record<string, { type: string; description: string }>>,
): Record<string, PropertySpec> {
  return Object.fromEntries(
    Object.entries(docs).map(([name, { type, description }]) => [name, { ...OUTPUT_TYPES[type], description }]),
  );
}

/** Object types found on the way, by name. */
class Types {
  readonly #found = new Map<string, ObjectSpec>();

  add(name: string, type: ObjectSpec): void {
    this.#found.set(name, type);
  }

  all(): Record<string, ObjectSpec> {
    return Object.fromEntries([...this.#found].map(([name, type]) => [token(name), type]));
  }

  reference(name: string): TypeSpec {
    return { $ref: `#/types/${token(name)}` };
  }

  /** @param prefix what names of nested types begin with; items of lists begin anew. */
  object(prefix: string, { properties = {}, required = [], description }: Json): ObjectSpec {
    const entries = Object.entries(properties).map(([key, json]) => [key, this.#property(prefix + pascal(key), json)]);
    return {
      type: "object",
      ...(description === undefined ? {} : { description }),
      properties: Object.fromEntries(entries) as Record<string, PropertySpec>,
      required: required.toSorted(),
    };
  }

  #property(name: string, json: Json): PropertySpec {
    const values = json.enum ? `One of ${json.enum.map((value) => `\`${String(value)}\``).join(", ")}.` : undefined;
    const description = [json.description, values].filter(Boolean).join(" ");
    return {
      ...this.#type(name, json),
      ...(description ? { description } : {}),
      ...(json.secret ? { secret: true } : {}),
    };
  }

  #type(name: string, json: Json): TypeSpec {
    if (json.properties) {
      this.add(name, this.object(name, json));
      return this.reference(name);
    }
    if (json.items) {
      const item = name.replace(/^.*(?=[A-Z])/, "").replace(/s$/, "");
      return { type: "array", items: this.#type(item, json.items) };
    }
    if (json.type === "object") {
      const values = typeof json.additionalProperties === "object" ? json.additionalProperties : {};
      return { type: "object", additionalProperties: this.#type(name, values) };
    }
    const isScalar = ["string", "integer", "number", "boolean"].includes(json.type ?? "");
    return isScalar ? { type: json.type as "string" } : ANY;
  }
}

function pascal(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}
