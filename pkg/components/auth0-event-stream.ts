import { EventStream } from "@pulumi/auth0/eventStream.js";
import * as pulumi from "@pulumi/pulumi";
import type { EventType } from "../kinds/index.ts";
import { awsProviderFor, inAccountOf } from "./event-bus/aws-provider.ts";
import { PartnerEventBus } from "./event-bus/partner-event-bus.ts";
import type { PartnerEventBusArgs } from "./event-bus/partner-event-bus.ts";

/** A type that Auth0 has and this package does not know yet. Editors still complete the known ones. */
type NewerEventType = string & {};

/** How Auth0 authenticates to a webhook. Secrets are wrapped, whatever is given. */
export interface WebhookAuthorizationArgs {
  /** `basic`, `bearer` or `custom_header`. */
  readonly method: pulumi.Input<"basic" | "bearer" | "custom_header">;
  /** User name, for `basic`. */
  readonly username?: pulumi.Input<string>;
  /** Password, for `basic`. */
  readonly password?: pulumi.Input<string>;
  /** Token, for `bearer`. */
  readonly token?: pulumi.Input<string>;
  /** Name of the header, for `custom_header`. */
  readonly headerKey?: pulumi.Input<string>;
  /** Value of the header, for `custom_header`. */
  readonly headerValue?: pulumi.Input<string>;
}

/** Arguments of {@link Auth0EventStream}: the `spec` of a manifest, and the stream's name. */
export interface Auth0EventStreamArgs {
  /** Name of the stream at Auth0, unique on a tenant. The component's name when left out. */
  readonly name?: pulumi.Input<string>;
  /** `eventbridge`, `webhook` or `action`; the block of that name must be given. Another type replaces the stream. */
  readonly destinationType: pulumi.Input<"eventbridge" | "webhook" | "action">;
  /** Event types to deliver, at least one, e.g. `user.created`. */
  readonly subscriptions: pulumi.Input<pulumi.Input<EventType | NewerEventType>[]>;
  /** `enabled` or `disabled`. Left out, the stream is enabled. */
  readonly status?: pulumi.Input<"enabled" | "disabled">;
  /** Amazon EventBridge destination. Another account or region replaces the stream. */
  readonly eventbridgeConfiguration?: pulumi.Input<{
    /** 12-digit id of the AWS account. */
    readonly awsAccountId: pulumi.Input<string>;
    /** AWS region, e.g. `us-east-1`. */
    readonly awsRegion: pulumi.Input<string>;
  }>;
  /** Webhook destination. */
  readonly webhookConfiguration?: pulumi.Input<{
    /** HTTPS URL that receives a POST for each event. */
    readonly webhookEndpoint: pulumi.Input<string>;
    /** What Auth0 sends so that the endpoint knows it. */
    readonly webhookAuthorization: pulumi.Input<WebhookAuthorizationArgs>;
  }>;
  /** Auth0 Action destination. Another action replaces the stream. */
  readonly actionConfiguration?: pulumi.Input<{
    /** Id of a deployed Action with the `event-stream` trigger. */
    readonly actionId: pulumi.Input<string>;
  }>;
  /**
   * The AWS half of an EventBridge destination: the event bus, an archive, rules and targets, with an AWS provider for
   * the destination's region and account unless one is passed in `providers`.
   */
  readonly eventBus?: Omit<PartnerEventBusArgs, "source">;
}

/**
 * An Auth0 event stream, with the outputs that OpenMCF's `status.outputs` promises at the top level.
 *
 * @example
 * const logins = new Auth0EventStream("user-lifecycle", {
 *   destinationType: "eventbridge",
 *   subscriptions: ["user.created", "user.deleted"],
 *   eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: "us-east-1" },
 * });
 * export const source = logins.awsPartnerEventSource;
 */
export class Auth0EventStream extends pulumi.ComponentResource {
  /** The stream itself. */
  readonly stream: EventStream;
  /** Auth0's id of the stream. */
  readonly streamId: pulumi.Output<string>;
  /** Name of the stream at Auth0. */
  readonly streamName: pulumi.Output<string>;
  /** `enabled` or `disabled`, as Auth0 says. */
  readonly status: pulumi.Output<string>;
  readonly destinationType: pulumi.Output<string>;
  /** When the stream was created, ISO 8601. */
  readonly createdAt: pulumi.Output<string>;
  /** When the stream was last changed, ISO 8601. */
  readonly updatedAt: pulumi.Output<string>;
  readonly subscriptions: pulumi.Output<string[]>;
  /** Name of the partner event source at AWS; null unless the destination is EventBridge. */
  readonly awsPartnerEventSource: pulumi.Output<string | null>;
  /** The AWS half, if `eventBus` is given. */
  readonly eventBus?: PartnerEventBus;

  constructor(name: string, args: Auth0EventStreamArgs, options?: pulumi.ComponentResourceOptions) {
    super("auth0-streams:index:Auth0EventStream", name, {}, options);
    const { webhookConfiguration, eventBus, eventbridgeConfiguration, ...rest } = args;
    if (eventBus && !eventbridgeConfiguration)
      throw new pulumi.RunError("eventBus needs an eventbridgeConfiguration: it is the other half of that destination");
    const aws = eventBus && eventbridgeConfiguration && awsProviderFor(name, eventbridgeConfiguration, this, options);
    this.stream = new EventStream(
      name,
      {
        ...rest,
        ...(eventbridgeConfiguration === undefined
          ? {}
          : // Where AWS resources are to follow, nothing is made for credentials of another account.
            { eventbridgeConfiguration: aws ? inAccountOf(aws, eventbridgeConfiguration) : eventbridgeConfiguration }),
        name: args.name ?? name,
        // Said always: the official provider takes a status that is left out for "as it is".
        status: args.status ?? "enabled",
        ...(webhookConfiguration === undefined ? {} : { webhookConfiguration: withSecrets(webhookConfiguration) }),
      },
      // Names are unique on a tenant: the old stream must go before the new one can come.
      { parent: this, deleteBeforeReplace: true },
    );
    this.streamId = this.stream.id;
    this.streamName = this.stream.name;
    this.status = this.stream.status;
    this.destinationType = this.stream.destinationType;
    this.createdAt = this.stream.createdAt.apply(toIso);
    this.updatedAt = this.stream.updatedAt.apply(toIso);
    this.subscriptions = this.stream.subscriptions;
    // The name is Auth0's and holds nothing of an account or region that was given as a secret.
    this.awsPartnerEventSource = pulumi.unsecret(
      this.stream.eventbridgeConfiguration.apply((block) => block?.awsPartnerEventSource ?? null),
    );
    if (eventBus && aws) {
      const source = this.awsPartnerEventSource.apply((text) => text ?? "");
      this.eventBus = new PartnerEventBus(name, { ...eventBus, source }, { parent: this, providers: [aws] });
    }
    this.registerOutputs(this.statusOutputs());
  }

  /** The outputs under the names of OpenMCF's `status.outputs`. */
  statusOutputs(): Record<string, pulumi.Input<unknown>> {
    const {
      streamId: id,
      streamName: name,
      status,
      destinationType,
      createdAt,
      updatedAt,
      subscriptions,
      awsPartnerEventSource,
    } = this;
    const stream = { id, name, status, destinationType, createdAt, updatedAt, subscriptions, awsPartnerEventSource };
    return { ...stream, ...this.eventBus?.statusOutputs() };
  }
}

const SECRET_FIELDS = ["password", "token", "headerValue"] as const;

type Webhook = NonNullable<Auth0EventStreamArgs["webhookConfiguration"]>;

/**
 * Wraps only what is secret, so that a diff can still show the endpoint. What comes as an output is not known here in
 * its parts, so it becomes secret as a whole.
 */
function withSecrets(webhook: Webhook): Webhook {
  if (isDeferred(webhook)) return pulumi.secret(webhook);
  const { webhookAuthorization } = webhook;
  if (isDeferred(webhookAuthorization))
    return { ...webhook, webhookAuthorization: pulumi.secret(webhookAuthorization) };
  const wrapped: Record<string, pulumi.Input<string>> = { ...webhookAuthorization };
  for (const field of SECRET_FIELDS) {
    const value = webhookAuthorization[field];
    if (value !== undefined) wrapped[field] = pulumi.secret(value);
  }
  return { ...webhook, webhookAuthorization: { ...webhookAuthorization, ...wrapped } };
}

function isDeferred<T>(input: pulumi.Input<T>): input is pulumi.OutputInstance<T> | Promise<T> {
  return pulumi.Output.isInstance(input) || input instanceof Promise;
}

/** The official provider gives Go's form, `2026-01-16 08:50:33.955 +0000 UTC`. */
function toIso(time: string): string {
  const go = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) \+0000 UTC$/.exec(time);
  return go ? new Date(`${go[1]}T${go[2]}Z`).toISOString() : time;
}
