import { outputsWithEventBus } from "../event-bus/index.ts";
import type { OutputDoc } from "../kind.ts";

/** `status.outputs` of an Auth0LogStream. All are always present, null where they do not apply. */
export const auth0LogStreamOutputs: Readonly<Record<string, OutputDoc>> = {
  id: { type: "string", description: "Auth0's id of the stream: `lst_` and 16 digits." },
  name: { type: "string", description: "Name of the stream at Auth0." },
  status: { type: "string", description: "`active`, `paused` or `suspended`, as Auth0 says." },
  destinationType: { type: "string", description: "`eventbridge`, `http`, `datadog` and so on." },
  filters: { type: "string[]", description: "Categories of logs that the stream sends; empty for all." },
  awsPartnerEventSource: {
    type: "string",
    description:
      "Name of the partner event source at AWS, `aws.partner/auth0.com/<tenant>-<uuid>/auth0.logs`; EventBridge only.",
  },
  azurePartnerTopic: { type: "string", description: "Name of the partner topic at Azure; Event Grid only." },
  ...outputsWithEventBus,
};
