import { describe, expect, test } from "vitest";
import { logTypes } from "../../pkg/auth0/index.ts";
import { findKind } from "../../pkg/kinds/index.ts";
import type { Kind } from "../../pkg/kinds/index.ts";

const kind = findKind("Auth0LogStream") as Kind;

const VALID = {
  eventbridge: { awsAccountId: "123456789012", awsRegion: "us-east-1" },
  http: { httpEndpoint: "https://logs.example.com/auth0" },
  eventgrid: {
    azureSubscriptionId: "b69a6835-57c7-4d53-b0d5-1c6ae580b6d5",
    azureRegion: "westeurope",
    azureResourceGroup: "logs",
  },
  datadog: { datadogApiKey: "key", datadogRegion: "eu" },
  splunk: { splunkDomain: "splunk.example.com", splunkPort: "8088", splunkToken: "token", splunkSecure: true },
  sumo: { sumoSourceAddress: "https://sumo.example.com/source" },
  segment: { segmentWriteKey: "key" },
  mixpanel: {
    mixpanelRegion: "us",
    mixpanelProjectId: "123",
    mixpanelServiceAccountUsername: "user",
    mixpanelServiceAccountPassword: "password",
  },
} as const;
type Destination = keyof typeof VALID;
const destinations = Object.keys(VALID) as Destination[];

const specOf = (type: Destination, block: object = {}, more: object = {}): Record<string, unknown> => ({
  destinationType: type,
  [`${type}Configuration`]: { ...VALID[type], ...block },
  ...more,
});
const issuesOf = (spec: unknown): string[] =>
  (kind.spec.safeParse(spec).error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
const codesOf = (spec: unknown): string[] => kind.rules(spec).map(({ code, path }) => `${code} ${path.join(".")}`);

describe("Auth0LogStream", () => {
  test.each(destinations)("a stream to %s is valid", (type) => {
    expect(issuesOf(specOf(type))).toEqual([]);
    expect(codesOf(specOf(type))).toEqual([]);
  });

  test.each(
    destinations.flatMap((type) => destinations.filter((other) => other !== type).map((other) => [type, other])),
  )("destinationType %s with the block of %s lacks one block and has one too many", (type, other) => {
    const spec = { ...specOf(other), destinationType: type };
    expect(codesOf(spec)).toEqual([
      "missing-destination-block spec.destinationType",
      `extra-destination-block spec.${other}Configuration`,
    ]);
  });

  const required = destinations.flatMap((type) =>
    Object.keys(VALID[type]).map((field): [Destination, string] => [type, field]),
  );
  test.each(required)("%s needs %s", (type, field) => {
    expect(issuesOf(specOf(type, { [field]: undefined }))).toHaveLength(1);
    expect(issuesOf(specOf(type, { [field]: {} }))).toHaveLength(1);
  });

  test.each<[Destination, object]>([
    ["eventbridge", { awsAccountId: "12345678901" }],
    ["http", { httpEndpoint: "http://logs.example.com" }],
    ["http", { httpContentFormat: "JSON" }],
    ["http", { httpAuthorization: "  " }],
    ["http", { httpCustomHeaders: [{ header: "a b", value: "x" }] }],
    ["http", { httpCustomHeaders: [{ header: "a" }] }],
    ["eventgrid", { azureSubscriptionId: "b69a6835" }],
    ["datadog", { datadogRegion: "us2" }],
    ["splunk", { splunkPort: "80a" }],
    ["splunk", { splunkSecure: "yes" }],
    ["sumo", { sumoSourceAddress: "http://sumo.example.com" }],
    ["mixpanel", { mixpanelRegion: "us3" }],
    ["mixpanel", { mixpanelProjectId: "x1" }],
  ])("%s refuses %j", (type, block) => {
    expect(issuesOf(specOf(type, block))).toHaveLength(1);
  });

  test.each<[string, object, string[]]>([
    ["a filter twice", { filters: ["actions", "actions"] }, ["duplicate-filter spec.filters.1"]],
    ["an unknown filter", { filters: ["auth.login"] }, ["unknown-log-filter spec.filters.0"]],
    ["a filter that only documents name", { filters: ["auth.ancillary.fail"] }, []],
    ["filters of a prioritized stream", { isPriority: true, filters: ["actions"] }, ["stray-field spec.filters"]],
    [
      "an algorithm for a mask",
      { piiConfig: { logFields: ["email"], method: "mask", algorithm: "xxhash" } },
      ["stray-field spec.piiConfig.algorithm"],
    ],
    [
      "an event bus without a partner event source",
      { eventBus: { rules: [] } },
      ["event-bus-without-source spec.eventBus"],
    ],
  ])("%s is found", (_, more, codes) => {
    expect(codesOf(specOf("http", {}, more))).toEqual(codes);
  });

  test("a log type is no filter: the hint names the filter that sends it", () => {
    const [finding] = kind.rules(specOf("http", {}, { filters: ["fp"] }));
    expect(finding?.hint).toContain("auth.login.fail");
  });

  test("rules: unknown log types, log types that no filter sends, event types", () => {
    const sqs = { arn: "arn:aws:sqs:us-east-1:123456789012:queue" };
    const rule = (name: string, shorthand: object): object => ({ name, ...shorthand, targets: [{ name: "q", sqs }] });
    const rules = [
      rule("a", { logTypes: ["fp", "fpp"] }),
      rule("b", { logTypes: ["s"] }),
      rule("c", { eventTypes: ["user.created"] }),
    ];
    expect(codesOf(specOf("eventbridge", {}, { filters: ["auth.login.fail"], eventBus: { rules } }))).toEqual([
      "unknown-log-type spec.eventBus.rules.0.logTypes.1",
      "never-matches spec.eventBus.rules.1.logTypes.0",
      "never-matches spec.eventBus.rules.2.eventTypes",
    ]);
  });

  test("the catalogue of log types: each has a title, and a filter that exists", () => {
    expect(logTypes().size).toBe(181);
    for (const { title, filter } of logTypes().values()) {
      expect(title).not.toBe("");
      if (filter !== "") expect(codesOf(specOf("http", {}, { filters: [filter] }))).toEqual([]);
    }
    expect(logTypes().get("fp")).toMatchObject({
      filter: "auth.login.fail",
      title: "Failed Login (Incorrect Password)",
    });
  });
});
