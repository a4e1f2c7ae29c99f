import { existingArns } from "../event-bus/index.ts";
import type { Kind } from "../kind.ts";
import { auth0EventStreamOutputs } from "./outputs.ts";
import { auth0EventStreamClaims, auth0EventStreamRules } from "./rules.ts";
import { auth0EventStreamCommonSpec, auth0EventStreamSpec } from "./schema.ts";
import type { Auth0EventStreamSpec } from "./schema.ts";

const block = (type: string, name: string): unknown => ({
  if: { properties: { destinationType: { const: type } } },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, not of a promise
  then: { required: [name] },
});

/** Kind `Auth0EventStream`: an Auth0 event stream and where it delivers. */
export const auth0EventStream: Kind<Auth0EventStreamSpec> = {
  kind: "Auth0EventStream",
  summary: "Delivers events of an Auth0 tenant to Amazon EventBridge, a webhook or an Auth0 Action.",
  resource: {
    type: "auth0:index/eventStream:EventStream",
    noun: "event stream",
    id: /^est_\w+$/,
    idPrefix: "est_",
    replacing:
      "the stream is deleted and made anew with a new id; for EventBridge AWS sees a new partner event source, and the old one's bus gets nothing more",
  },
  program: async () => (await import("./program.ts")).auth0EventStreamProgram,
  get spec() {
    return auth0EventStreamSpec();
  },
  commonSpec: auth0EventStreamCommonSpec,
  outputs: auth0EventStreamOutputs,
  rules: auth0EventStreamRules,
  claims: auth0EventStreamClaims,
  existing: ({ eventBus }) => (eventBus ? existingArns(eventBus) : []),
  jsonSchemaExtras: {
    allOf: [
      block("eventbridge", "eventbridgeConfiguration"),
      block("webhook", "webhookConfiguration"),
      block("action", "actionConfiguration"),
    ],
  },
};
