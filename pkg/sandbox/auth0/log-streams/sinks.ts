/** What a field of a sink may be. */
export interface SinkField {
  type: "string" | "boolean" | "headers";
  isOptional?: true;
  pattern?: RegExp;
  values?: readonly string[];
}

const text: SinkField = { type: "string" };
const optional: SinkField = { type: "string", isOptional: true };

/** The sinks, by type, in the order that Auth0 answers their fields in (its OpenAPI, and recordings). */
export const SINKS: Readonly<Record<string, Readonly<Record<string, SinkField>>>> = {
  eventbridge: {
    awsAccountId: { type: "string", pattern: /^\d{12}$/ },
    awsRegion: { type: "string", pattern: /^[a-z]{2}(-[a-z]+)+-\d$/ },
  },
  eventgrid: {
    azureSubscriptionId: { type: "string", pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i },
    azureRegion: { type: "string", pattern: /^[a-z]+[0-9]?$/ },
    azureResourceGroup: text,
  },
  http: {
    httpAuthorization: optional,
    httpContentFormat: { type: "string", isOptional: true, values: ["JSONARRAY", "JSONLINES", "JSONOBJECT"] },
    httpContentType: optional,
    httpEndpoint: { type: "string", pattern: /^https:\/\// },
    httpCustomHeaders: { type: "headers", isOptional: true },
  },
  datadog: { datadogApiKey: text, datadogRegion: { type: "string", values: ["us", "eu", "us3", "us5"] } },
  splunk: {
    splunkDomain: text,
    splunkPort: { type: "string", pattern: /^[0-9]*$/ },
    splunkToken: text,
    splunkSecure: { type: "boolean" },
  },
  sumo: { sumoSourceAddress: text },
  segment: { segmentWriteKey: text },
  mixpanel: {
    mixpanelRegion: { type: "string", values: ["us", "eu"] },
    mixpanelProjectId: { type: "string", pattern: /^\d+$/ },
    mixpanelServiceAccountUsername: text,
    mixpanelServiceAccountPassword: text,
  },
};

/** Sinks that cannot be changed once they are made. */
export const IMMUTABLE: readonly string[] = ["eventbridge", "eventgrid"];
