import { outputsWithEventBus } from "../event-bus/index.ts";
import type { OutputDoc } from "../kind.ts";

/** `status.outputs` of an Auth0EventStream. All are always present, null where they do not apply. */
export const auth0EventStreamOutputs: Readonly<Record<string, OutputDoc>> = {
  id: { type: "string", description: "Auth0's id of the stream: `est_` and 22 characters." },
  name: { type: "string", description: "Name of the stream at Auth0." },
  status: { type: "string", description: "`enabled` or `disabled`, as Auth0 says." },
  destinationType: { type: "string", description: "`eventbridge`, `webhook` or `action`." },
  createdAt: { type: "string", description: "When the stream was created, ISO 8601." },
  updatedAt: { type: "string", description: "When the stream was last changed, ISO 8601." },
  subscriptions: { type: "string[]", description: "Event types the stream is subscribed to." },
  awsPartnerEventSource: {
    type: "string",
    description:
      "Name of the partner event source at AWS, `aws.partner/auth0.com/<tenant>-<uuid>/auth0.events`; EventBridge only.",
  },
  ...outputsWithEventBus,
};
