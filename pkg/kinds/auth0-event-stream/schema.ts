import * as z from "zod/mini";
import { eventBusSchema } from "../event-bus/index.ts";
import { block, described, eventType, metaOf, text, word } from "../fields.ts";
import { receiverSchema } from "../receiver/index.ts";

const secretText = (description: string): z.ZodMiniString =>
  described(word().check(z.regex(/\S/, { error: "is only white space" })), { description, ref: true, secret: true });

const eventbridgeConfiguration = block(
  "Amazon EventBridge destination. Auth0 cannot change it: a new account or region replaces the stream.",
  {
    awsAccountId: described(z.string().check(z.regex(/^[0-9]{12}$/, { error: "is not a 12-digit AWS account id" })), {
      description: "12-digit id of the AWS account that gets the partner event source.",
      ref: true,
    }),
    awsRegion: text("AWS region of the event bus, e.g. `us-east-1`."),
  },
);

const webhookAuthorization = block("What Auth0 sends so that the endpoint knows it.", {
  method: described(z.enum(["basic", "bearer", "custom_header"]), {
    description: "How Auth0 authenticates to the endpoint.",
  }),
  username: z.optional(
    described(
      word().check(
        z.maxLength(128, { error: "is longer than the 128 characters Auth0 allows" }),
        z.regex(/^[^:]+$/, { error: 'contains a ":", which HTTP Basic cannot carry' }),
      ),
      { description: "User name, for method `basic`.", ref: true },
    ),
  ),
  password: z.optional(secretText("Password, for method `basic`.")),
  token: z.optional(secretText("Token, for method `bearer`.")),
  headerKey: z.optional(
    described(z.string().check(z.regex(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$/, { error: "is not an HTTP header name" })), {
      description: "Name of the header, for method `custom_header`.",
      ref: true,
    }),
  ),
  headerValue: z.optional(secretText("Value of the header, for method `custom_header`.")),
});

const webhookConfiguration = block("Webhook destination.", {
  webhookEndpoint: described(z.string().check(z.regex(/^https:\/\/.+/, { error: "does not start with https://" })), {
    description: "HTTPS URL that receives a POST for each event.",
    ref: true,
  }),
  webhookAuthorization,
});

const actionConfiguration = block(
  "Auth0 Action destination. Auth0 cannot change it: another action replaces the stream.",
  { actionId: text("Id of a deployed Action with the `event-stream` trigger.") },
);

/** `spec` of an Auth0EventStream without its other ends. */
export const auth0EventStreamCommonSpec = block("Which events, and where they go.", {
  destinationType: described(z.enum(["eventbridge", "webhook", "action"]), {
    description: "Where events go; the block of that name must be present. Another type replaces the stream.",
  }),
  subscriptions: described(z.array(eventType()).check(z.minLength(1, { error: "needs at least one event type" })), {
    description: "Event types to deliver, e.g. `user.created`. Order does not matter.",
    uniqueItems: true,
  }),
  status: z.optional(
    described(z.enum(["enabled", "disabled"]), {
      description: "Whether Auth0 delivers. Left out, the stream is enabled.",
      synonyms: {
        active: "enabled",
        on: "enabled",
        true: "enabled",
        paused: "disabled",
        inactive: "disabled",
        off: "disabled",
        false: "disabled",
      },
    }),
  ),
  eventbridgeConfiguration: z.optional(eventbridgeConfiguration),
  webhookConfiguration: z.optional(webhookConfiguration),
  actionConfiguration: z.optional(actionConfiguration),
});

function withOtherEnds() {
  const { description = "" } = metaOf(auth0EventStreamCommonSpec);
  return block(description, {
    ...auth0EventStreamCommonSpec.shape,
    eventBus: z.optional(eventBusSchema()),
    receiver: z.optional(receiverSchema()),
  });
}

let whole: ReturnType<typeof withOtherEnds> | undefined;

/** `spec` of an Auth0EventStream. */
export function auth0EventStreamSpec(): ReturnType<typeof withOtherEnds> {
  return (whole ??= withOtherEnds());
}

/** `spec` of an Auth0EventStream, as validated. */
export type Auth0EventStreamSpec = z.infer<ReturnType<typeof withOtherEnds>>;
