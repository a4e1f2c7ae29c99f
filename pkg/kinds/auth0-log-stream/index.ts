import { existingArns } from "../event-bus/index.ts";
import type { Kind } from "../kind.ts";
import { DESTINATION_TYPES } from "./destinations.ts";
import { auth0LogStreamOutputs } from "./outputs.ts";
import { auth0LogStreamClaims, auth0LogStreamRules } from "./rules.ts";
import { auth0LogStreamCommonSpec, auth0LogStreamSpec } from "./schema.ts";
import type { Auth0LogStreamSpec } from "./schema.ts";

/** Kind `Auth0LogStream`: a stream of an Auth0 tenant's logs and where it delivers. */
export const auth0LogStream: Kind<Auth0LogStreamSpec> = {
  kind: "Auth0LogStream",
  summary: "Delivers logs of an Auth0 tenant (sign-ins, failures, API calls) to Amazon EventBridge, HTTP and six more.",
  resource: {
    type: "auth0:index/logStream:LogStream",
    noun: "log stream",
    id: /^lst_\w+$/,
    idPrefix: "lst_",
    replacing:
      "the stream is deleted and made anew with a new id; logs of the time between are not sent, and for EventBridge AWS sees a new partner event source",
  },
  program: async () => (await import("./program.ts")).auth0LogStreamProgram,
  get spec() {
    return auth0LogStreamSpec();
  },
  get commonSpec() {
    return auth0LogStreamCommonSpec();
  },
  outputs: auth0LogStreamOutputs,
  rules: auth0LogStreamRules,
  claims: auth0LogStreamClaims,
  existing: ({ eventBus }) => (eventBus ? existingArns(eventBus) : []),
  jsonSchemaExtras: {
    allOf: DESTINATION_TYPES.map((type) => ({
      if: { properties: { destinationType: { const: type } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, not of a promise
      then: { required: [`${type}Configuration`] },
    })),
  },
};
