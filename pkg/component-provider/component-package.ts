import type * as pulumi from "@pulumi/pulumi";
import { Auth0EventStream, Auth0LogStream, EventBusRule, PartnerEventBus } from "../components/index.ts";
import type { Auth0EventStreamArgs, Auth0LogStreamArgs, EventBusRuleArgs } from "../components/index.ts";
import { childOf, eventBusSchema, findKind } from "../kinds/index.ts";
import type { Kind } from "../kinds/index.ts";
import { checkInputs, structureOf } from "./inputs.ts";
import { PACKAGE } from "./package-schema.ts";

const busSchema = eventBusSchema();
const rulesSchema = childOf(busSchema, "rules");
const ruleSchema = rulesSchema && childOf(rulesSchema, 0);

type Construct = (
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => Promise<{ component: pulumi.ComponentResource; state: pulumi.Inputs }>;

const COMPONENTS: Readonly<Record<string, Construct>> = {
  async Auth0EventStream(name, inputs, options) {
    const args = await streamArgs("Auth0EventStream", inputs);
    return constructed(new Auth0EventStream(name, args as Auth0EventStreamArgs, options));
  },
  async Auth0LogStream(name, inputs, options) {
    const args = await streamArgs("Auth0LogStream", inputs);
    // Which block becomes the sink is decided before anything is made.
    const destinationType = await structureOf(inputs["destinationType"], undefined, ["destinationType"]);
    return constructed(new Auth0LogStream(name, { ...args, destinationType } as Auth0LogStreamArgs, options));
  },
  async PartnerEventBus(name, { source, ...inputs }, options) {
    const spec = (await structureOf(inputs, busSchema, [])) as Record<string, unknown>;
    checkInputs(spec, busSchema);
    const component = new PartnerEventBus(name, { ...spec, source }, options);
    return { component, state: component.statusOutputs() };
  },
  async EventBusRule(name, { rule: given, ...inputs }, options) {
    const rule = (await structureOf(given, ruleSchema, ["rule"])) as Record<string, unknown>;
    if (ruleSchema) checkInputs(rule, ruleSchema);
    const component = new EventBusRule(name, { ...inputs, rule } as unknown as EventBusRuleArgs, options);
    return { component, state: { ruleArn: component.rule.arn } };
  },
};

/** The inputs of a kind's component, checked as a manifest of that kind is checked. */
async function streamArgs(kindName: string, inputs: pulumi.Inputs): Promise<pulumi.Inputs> {
  const kind = findKind(kindName) as Kind;
  const { name, eventBus: given, ...rest } = inputs;
  const eventBus = given === undefined ? {} : { eventBus: await structureOf(given, busSchema, ["eventBus"]) };
  checkInputs({ ...rest, ...eventBus }, kind.spec, (spec) => kind.rules(spec));
  return { ...rest, ...eventBus, ...(name === undefined ? {} : { name }) };
}

/** A stream with its outputs; `id` and `name` have other meanings in Pulumi and get names of their own. */
function constructed(component: Auth0EventStream | Auth0LogStream): Awaited<ReturnType<Construct>> {
  const { id, name, ...outputs } = component.statusOutputs();
  return { component, state: { streamId: id, streamName: name, ...outputs } };
}

/**
 * The provider that makes the components for Pulumi programs in any language. Its schema is written when the package is
 * built, so that it starts without TypeScript; `componentProviderHost` would analyse the sources at every start.
 */
export class ComponentPackage implements pulumi.provider.Provider {
  readonly version: string;
  readonly #schema: () => Promise<string>;

  /** @param schema gives the package's schema as JSON text. */
  constructor(version: string, schema: () => Promise<string>) {
    this.version = version;
    this.#schema = schema;
  }

  getSchema = (): Promise<string> => this.#schema();

  construct = async (
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> => {
    const [, component = ""] = type.startsWith(`${PACKAGE}:index:`) ? (/([^:]+)$/.exec(type) ?? []) : [];
    const construct = Object.hasOwn(COMPONENTS, component) ? COMPONENTS[component] : undefined;
    if (!construct) throw new Error(`there is no component ${type}; there are ${Object.keys(COMPONENTS).join(", ")}`);
    const { component: made, state } = await construct(name, inputs, options);
    return { urn: made.urn, state };
  };
}
