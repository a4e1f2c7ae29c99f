import type * as pulumi from "@pulumi/pulumi";
import { Auth0EventStream, EventBusRule, PartnerEventBus } from "../components/index.ts";
import type { Auth0EventStreamArgs, EventBusRuleArgs } from "../components/index.ts";
import { childOf, findKind } from "../kinds/index.ts";
import type { Kind } from "../kinds/index.ts";
import { checkInputs, structureOf } from "./inputs.ts";
import { PACKAGE } from "./package-schema.ts";

const stream = findKind("Auth0EventStream") as Kind;
const busSchema = childOf(stream.spec, "eventBus");
const rulesSchema = busSchema && childOf(busSchema, "rules");
const ruleSchema = rulesSchema && childOf(rulesSchema, 0);

type Construct = (
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => Promise<{ component: pulumi.ComponentResource; state: pulumi.Inputs }>;

const COMPONENTS: Readonly<Record<string, Construct>> = {
  async Auth0EventStream(name, inputs, options) {
    const { name: streamName, eventBus: given, ...rest } = inputs;
    const eventBus = given === undefined ? {} : { eventBus: await structureOf(given, busSchema, ["eventBus"]) };
    checkInputs({ ...rest, ...eventBus }, stream.spec, (spec) => stream.rules(spec));
    const named = streamName === undefined ? {} : { name: streamName as pulumi.Input<string> };
    const args = { ...rest, ...eventBus, ...named } as Auth0EventStreamArgs;
    const component = new Auth0EventStream(name, args, options);
    const { id, name: liveName, ...outputs } = component.statusOutputs();
    return { component, state: { streamId: id, streamName: liveName, ...outputs } };
  },
  async PartnerEventBus(name, { source, ...inputs }, options) {
    const spec = (await structureOf(inputs, busSchema, [])) as Record<string, unknown>;
    if (busSchema) checkInputs(spec, busSchema);
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
