import * as z from "zod";
import { eventBusSchema } from "../event-bus/index.ts";

/** A string that may also be `{value}` or `{valueFrom}`. */
const text = (description: string): z.ZodString =>
  z.string().min(1, { error: "is empty" }).meta({ description, ref: true });
const secretText = (description: string): z.ZodString =>
  z
    .string()
    .min(1, { error: "is empty" })
    .regex(/\S/, { error: "is only white space" })
    .meta({ description, ref: true, secret: true });

const eventbridgeConfiguration = z
  .strictObject({
    awsAccountId: z
      .string()
      .regex(/^[0-9]{12}$/, { error: "is not a 12-digit AWS account id" })
      .meta({ description: "12-digit id of the AWS account that gets the partner event source.", ref: true }),
    awsRegion: text("AWS region of the event bus, e.g. `us-east-1`."),
  })
  .meta({
    description: "Amazon EventBridge destination. Auth0 cannot change it: a new account or region replaces the stream.",
  });

const webhookAuthorization = z
  .strictObject({
    method: z
      .enum(["basic", "bearer", "custom_header"])
      .meta({ description: "How Auth0 authenticates to the endpoint." }),
    username: z
      .string()
      .min(1, { error: "is empty" })
      .max(128, { error: "is longer than the 128 characters Auth0 allows" })
      .regex(/^[^:]+$/, { error: 'contains a ":", which HTTP Basic cannot carry' })
      .meta({ description: "User name, for method `basic`.", ref: true })
      .optional(),
    password: secretText("Password, for method `basic`.").optional(),
    token: secretText("Token, for method `bearer`.").optional(),
    headerKey: z
      .string()
      .regex(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$/, { error: "is not an HTTP header name" })
      .meta({ description: "Name of the header, for method `custom_header`.", ref: true })
      .optional(),
    headerValue: secretText("Value of the header, for method `custom_header`.").optional(),
  })
  .meta({ description: "What Auth0 sends so that the endpoint knows it." });

const webhookConfiguration = z
  .strictObject({
    webhookEndpoint: z
      .string()
      .regex(/^https:\/\/.+/, { error: "does not start with https://" })
      .meta({ description: "HTTPS URL that receives a POST for each event.", ref: true }),
    webhookAuthorization,
  })
  .meta({ description: "Webhook destination." });

const actionConfiguration = z
  .strictObject({ actionId: text("Id of a deployed Action with the `event-stream` trigger.") })
  .meta({ description: "Auth0 Action destination. Auth0 cannot change it: another action replaces the stream." });

/** `spec` of an Auth0EventStream without an event bus. */
export const auth0EventStreamCommonSpec = z
  .strictObject({
    destinationType: z.enum(["eventbridge", "webhook", "action"]).meta({
      description: "Where events go; the block of that name must be present. Another type replaces the stream.",
    }),
    subscriptions: z
      .array(z.string().min(1, { error: "is empty" }))
      .min(1, { error: "needs at least one event type" })
      .meta({ description: "Event types to deliver, e.g. `user.created`. Order does not matter.", uniqueItems: true }),
    status: z
      .enum(["enabled", "disabled"])
      .meta({ description: "Whether Auth0 delivers. Left out, the stream is enabled." })
      .optional(),
    eventbridgeConfiguration: eventbridgeConfiguration.optional(),
    webhookConfiguration: webhookConfiguration.optional(),
    actionConfiguration: actionConfiguration.optional(),
  })
  .meta({ description: "Which events, and where they go." });

function withEventBus() {
  const { description } = auth0EventStreamCommonSpec.meta() ?? {};
  return auth0EventStreamCommonSpec
    .extend({ eventBus: eventBusSchema().optional() })
    .meta(description === undefined ? {} : { description });
}

let whole: ReturnType<typeof withEventBus> | undefined;

/** `spec` of an Auth0EventStream. */
export function auth0EventStreamSpec(): ReturnType<typeof withEventBus> {
  return (whole ??= withEventBus());
}

/** `spec` of an Auth0EventStream, as validated. */
export type Auth0EventStreamSpec = z.infer<ReturnType<typeof withEventBus>>;
