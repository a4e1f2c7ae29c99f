import { LogStream } from "@pulumi/auth0/logStream.js";
import * as pulumi from "@pulumi/pulumi";
import { awsProviderFor, inAccountOf } from "./event-bus/aws-provider.ts";
import { PartnerEventBus } from "./event-bus/partner-event-bus.ts";
import type { PartnerEventBusArgs } from "./event-bus/partner-event-bus.ts";

/** A header that Auth0 adds to each request. The value becomes a secret. */
interface CustomHeaderArgs {
  readonly header: pulumi.Input<string>;
  readonly value: pulumi.Input<string>;
}

/** Arguments of {@link Auth0LogStream}: the `spec` of a manifest, and the stream's name. */
export interface Auth0LogStreamArgs {
  /** Name of the stream at Auth0. The component's name when left out. */
  readonly name?: pulumi.Input<string>;
  /** Where logs go; the block of that name must be given. Another type replaces the stream. */
  readonly destinationType:
    | "eventbridge"
    | "http"
    | "eventgrid"
    | "datadog"
    | "splunk"
    | "sumo"
    | "segment"
    | "mixpanel";
  /** Amazon EventBridge. Another account or region replaces the stream. */
  readonly eventbridgeConfiguration?: pulumi.Input<{
    /** 12-digit id of the AWS account. */
    readonly awsAccountId: pulumi.Input<string>;
    /** AWS region, e.g. `us-east-1`. */
    readonly awsRegion: pulumi.Input<string>;
  }>;
  /** A custom webhook. */
  readonly httpConfiguration?: {
    readonly httpEndpoint: pulumi.Input<string>;
    readonly httpContentType?: pulumi.Input<string>;
    /** `JSONLINES`, `JSONARRAY` or `JSONOBJECT`. */
    readonly httpContentFormat?: pulumi.Input<string>;
    /** Whole value of the `Authorization` header; becomes a secret. */
    readonly httpAuthorization?: pulumi.Input<string>;
    readonly httpCustomHeaders?: readonly CustomHeaderArgs[];
  };
  /** Azure Event Grid. Another value replaces the stream. */
  readonly eventgridConfiguration?: {
    readonly azureSubscriptionId: pulumi.Input<string>;
    readonly azureRegion: pulumi.Input<string>;
    readonly azureResourceGroup: pulumi.Input<string>;
  };
  readonly datadogConfiguration?: {
    readonly datadogApiKey: pulumi.Input<string>;
    /** `us`, `eu`, `us3` or `us5`. */
    readonly datadogRegion: pulumi.Input<string>;
  };
  readonly splunkConfiguration?: {
    readonly splunkDomain: pulumi.Input<string>;
    readonly splunkPort: pulumi.Input<string>;
    readonly splunkToken: pulumi.Input<string>;
    readonly splunkSecure: pulumi.Input<boolean>;
  };
  readonly sumoConfiguration?: { readonly sumoSourceAddress: pulumi.Input<string> };
  readonly segmentConfiguration?: { readonly segmentWriteKey: pulumi.Input<string> };
  readonly mixpanelConfiguration?: {
    /** `us` or `eu`. */
    readonly mixpanelRegion: pulumi.Input<string>;
    readonly mixpanelProjectId: pulumi.Input<string>;
    readonly mixpanelServiceAccountUsername: pulumi.Input<string>;
    readonly mixpanelServiceAccountPassword: pulumi.Input<string>;
  };
  /** Categories of logs to send, e.g. `auth.login.fail`; all when left out. */
  readonly filters?: pulumi.Input<pulumi.Input<string>[]>;
  /** Prioritized stream: security logs only, not counted against the tenant's limit. */
  readonly isPriority?: pulumi.Input<boolean>;
  /** What Auth0 does with personal data in records. */
  readonly piiConfig?: pulumi.Input<{
    readonly logFields: pulumi.Input<pulumi.Input<string>[]>;
    /** `mask` or `hash`. */
    readonly method?: pulumi.Input<string>;
    readonly algorithm?: pulumi.Input<string>;
  }>;
  /** Send logs from this time on, ISO 8601. Taken when the stream is made. */
  readonly startFrom?: pulumi.Input<string>;
  /** `active` or `paused`. Left out, the stream is active; one that Auth0 has suspended stays suspended. */
  readonly status?: pulumi.Input<string>;
  /** The AWS half of an EventBridge destination: event bus, archive, rules and targets. */
  readonly eventBus?: Omit<PartnerEventBusArgs, "source">;
}

/**
 * A stream of a tenant's logs, with the outputs that `status.outputs` promises at the top level.
 *
 * @example
 * const logs = new Auth0LogStream("sign-ins", {
 *   destinationType: "eventbridge",
 *   eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: "us-east-1" },
 *   filters: ["auth.login.success", "auth.login.fail"],
 * });
 * export const source = logs.awsPartnerEventSource;
 */
export class Auth0LogStream extends pulumi.ComponentResource {
  /** The stream itself. */
  readonly stream: LogStream;
  /** Auth0's id of the stream. */
  readonly streamId: pulumi.Output<string>;
  /** Name of the stream at Auth0. */
  readonly streamName: pulumi.Output<string>;
  /** `active`, `paused` or `suspended`, as Auth0 says. */
  readonly status: pulumi.Output<string>;
  readonly destinationType: pulumi.Output<string>;
  /** Categories of logs that the stream sends; empty for all. */
  readonly filters: pulumi.Output<string[]>;
  /** Name of the partner event source at AWS; null unless the destination is EventBridge. */
  readonly awsPartnerEventSource: pulumi.Output<string | null>;
  /** Name of the partner topic at Azure; null unless the destination is Event Grid. */
  readonly azurePartnerTopic: pulumi.Output<string | null>;
  /** The AWS half, if `eventBus` is given. */
  readonly eventBus?: PartnerEventBus;

  constructor(name: string, args: Auth0LogStreamArgs, options?: pulumi.ComponentResourceOptions) {
    super("auth0-streams:index:Auth0LogStream", name, {}, options);
    const { eventBus, eventbridgeConfiguration: destination, filters, isPriority, piiConfig, startFrom } = args;
    if (eventBus && !destination)
      throw new pulumi.RunError("eventBus needs an eventbridgeConfiguration: it is the other half of that destination");
    const aws = eventBus && destination && awsProviderFor(name, destination, this, options);
    // Where AWS resources are to follow, nothing is made for credentials of another account.
    const sink = aws && destination ? inAccountOf(aws, destination) : sinkOf(args);
    this.stream = new LogStream(
      name,
      {
        name: args.name ?? name,
        type: args.destinationType,
        sink,
        ...defined({ isPriority, piiConfig, startFrom, status: args.status }),
        ...(filters === undefined ? {} : { filters: pulumi.output(filters).apply((names) => names.map(category)) }),
      },
      // A tenant may have as few as two streams: the old one must go before the new one can come.
      { parent: this, deleteBeforeReplace: true },
    );
    this.streamId = this.stream.id;
    this.streamName = this.stream.name;
    this.status = this.stream.status;
    this.destinationType = this.stream.type;
    this.filters = this.stream.filters.apply((list) => (list ?? []).map((filter) => filter["name"] ?? ""));
    // The sink is secret where a part of it is; these names are not.
    const sinkOutput = (field: "awsPartnerEventSource" | "azurePartnerTopic"): pulumi.Output<string | null> =>
      pulumi.unsecret(this.stream.sink.apply((live) => live[field] || null));
    this.awsPartnerEventSource = sinkOutput("awsPartnerEventSource");
    this.azurePartnerTopic = sinkOutput("azurePartnerTopic");
    if (eventBus && aws) {
      const source = this.awsPartnerEventSource.apply((text) => text ?? "");
      this.eventBus = new PartnerEventBus(name, { ...eventBus, source }, { parent: this, providers: [aws] });
    }
    this.registerOutputs(this.statusOutputs());
  }

  /** The outputs under the names of `status.outputs`. */
  statusOutputs(): Record<string, pulumi.Input<unknown>> {
    const { streamId: id, streamName: name, status, destinationType, filters } = this;
    const { awsPartnerEventSource, azurePartnerTopic } = this;
    const stream = { id, name, status, destinationType, filters, awsPartnerEventSource, azurePartnerTopic };
    return { ...stream, ...this.eventBus?.statusOutputs() };
  }
}

type Sink = ConstructorParameters<typeof LogStream>[1]["sink"];

/** The block of the destination as Auth0's provider takes it: the same fields, with secrets wrapped. */
function sinkOf(args: Auth0LogStreamArgs): Sink {
  const given = args[`${args.destinationType}Configuration`];
  if (given === undefined)
    throw new pulumi.RunError(`destinationType ${args.destinationType} needs ${args.destinationType}Configuration`);
  return pulumi.Output.isInstance(given) || given instanceof Promise ? given : withSecrets(given);
}

const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "httpAuthorization",
  "datadogApiKey",
  "splunkToken",
  "sumoSourceAddress",
  "segmentWriteKey",
  "mixpanelServiceAccountPassword",
]);

function withSecrets(block: object): Sink {
  return Object.fromEntries(
    Object.entries(block)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]: [string, unknown]) => {
        if (field === "httpCustomHeaders") return [field, (value as CustomHeaderArgs[]).map(secretHeader)];
        return [field, SECRET_FIELDS.has(field) ? pulumi.secret(value) : value];
      }),
  );
}

function secretHeader({ header, value }: CustomHeaderArgs): Record<string, pulumi.Input<string>> {
  return { header, value: pulumi.secret(value) };
}

function category(name: string): Record<string, string> {
  return { type: "category", name };
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
