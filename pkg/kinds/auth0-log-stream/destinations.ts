import * as z from "zod/mini";
import { block, described, text, word } from "../fields.ts";

const secretText = (description: string): z.ZodMiniString =>
  described(word().check(z.regex(/\S/, { error: "is only white space" })), { description, ref: true, secret: true });

const matching = (pattern: RegExp, error: string, description: string): z.ZodMiniString =>
  described(z.string().check(z.regex(pattern, { error })), { description, ref: true });

const httpsUrl = (description: string): z.ZodMiniString =>
  matching(/^https:\/\/.+/, "does not start with https://", description);

const UUID = /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

const eventbridge = () =>
  block("Amazon EventBridge. Auth0 cannot change it: a new account or region replaces the stream.", {
    awsAccountId: matching(
      /^[0-9]{12}$/,
      "is not a 12-digit AWS account id",
      "12-digit id of the AWS account that gets the partner event source.",
    ),
    awsRegion: text("AWS region of the event bus, e.g. `us-east-1`."),
  });

const eventgrid = () =>
  block("Azure Event Grid. Auth0 cannot change it: another value replaces the stream.", {
    azureSubscriptionId: matching(UUID, "is not a UUID", "Id of the Azure subscription, a UUID."),
    azureRegion: text("Azure region of the partner topic, e.g. `westeurope`."),
    azureResourceGroup: text("Resource group that gets the partner topic."),
  });

const customHeader = () =>
  block("A header that Auth0 adds to each request.", {
    header: matching(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$/, "is not an HTTP header name", "Name of the header."),
    value: secretText("Value of the header."),
  });

const http = () =>
  block("A custom webhook: Auth0 posts batches of log records.", {
    httpEndpoint: httpsUrl("HTTPS URL that receives the records."),
    httpContentType: z.optional(text("Content type of the requests; `application/json` when left out.")),
    httpContentFormat: z.optional(
      described(z.enum(["JSONLINES", "JSONARRAY", "JSONOBJECT"]), {
        description: "One record a line, an array of records, or one object; `JSONLINES` when left out.",
      }),
    ),
    httpAuthorization: z.optional(secretText("Whole value of the `Authorization` header.")),
    httpCustomHeaders: z.optional(described(z.array(customHeader()), { description: "More headers." })),
  });

const datadog = () =>
  block("Datadog.", {
    datadogApiKey: secretText("Datadog API key."),
    datadogRegion: described(z.enum(["us", "eu", "us3", "us5"]), { description: "Datadog region." }),
  });

const splunk = () =>
  block("Splunk, by its HTTP event collector.", {
    splunkDomain: text("Host name of the collector, e.g. `input.splunkcloud.com`."),
    splunkPort: matching(/^[0-9]+$/, "is not a port number in quotes", 'Port of the collector, in quotes: `"8088"`.'),
    splunkToken: secretText("Token of the collector."),
    splunkSecure: described(z.boolean(), { description: "Verify the collector's TLS certificate." }),
  });

const sumo = () =>
  block("Sumo Logic, by an HTTP source.", {
    sumoSourceAddress: described(
      z.string().check(z.regex(/^https:\/\/.+/, { error: "does not start with https://" })),
      {
        description: "Address of the HTTP source. Whoever has it can send records: it is secret.",
        ref: true,
        secret: true,
      },
    ),
  });

const segment = () => block("Twilio Segment.", { segmentWriteKey: secretText("Write key of the source.") });

const mixpanel = () =>
  block("Mixpanel.", {
    mixpanelRegion: described(z.enum(["us", "eu"]), { description: "Mixpanel region." }),
    mixpanelProjectId: matching(/^[0-9]+$/, "is not a number in quotes", 'Id of the project, in quotes: `"123456"`.'),
    mixpanelServiceAccountUsername: text("User name of the service account."),
    mixpanelServiceAccountPassword: secretText("Password of the service account."),
  });

/** The block of each destination, by its name in a manifest. Its fields have Auth0's own names. Built when asked for. */
export const destinationBlocks = () => ({
  eventbridgeConfiguration: z.optional(eventbridge()),
  httpConfiguration: z.optional(http()),
  eventgridConfiguration: z.optional(eventgrid()),
  datadogConfiguration: z.optional(datadog()),
  splunkConfiguration: z.optional(splunk()),
  sumoConfiguration: z.optional(sumo()),
  segmentConfiguration: z.optional(segment()),
  mixpanelConfiguration: z.optional(mixpanel()),
});

/** The destinations of a log stream, as Auth0 calls them. */
export const DESTINATION_TYPES = [
  "eventbridge",
  "http",
  "eventgrid",
  "datadog",
  "splunk",
  "sumo",
  "segment",
  "mixpanel",
] as const;

/** Azure regions that Auth0 accepts (the description of `@pulumi/auth0` 3.49.0). */
export const AZURE_REGIONS: readonly string[] = [
  ["australiacentral", "australiaeast", "australiasoutheast", "brazilsouth", "canadacentral", "canadaeast"],
  ["centralindia", "centralus", "eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral"],
  ["japaneast", "japanwest", "koreacentral", "koreasouth", "northcentralus", "northeurope", "norwayeast"],
  ["southafricanorth", "southcentralus", "southeastasia", "southindia", "switzerlandnorth", "uaenorth"],
  ["uksouth", "ukwest", "westcentralus", "westeurope", "westindia", "westus", "westus2"],
].flat();
