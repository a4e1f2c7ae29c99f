import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffLogStream } from "../../pkg/providers/auth0/log-stream/diff.ts";
import { createBody, inputsOf, outputsOf, updateBody } from "../../pkg/providers/auth0/log-stream/mapping.ts";
import type { WireLogStream } from "../../pkg/providers/auth0/log-stream/wire.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";

const http = (sink: PropertyMap = {}, more: PropertyMap = {}): PropertyMap => ({
  name: "logs",
  type: "http",
  sink: { httpEndpoint: "https://logs.example.com", ...sink },
  ...more,
});

/** Auth0's answer to a create, as recorded: the sink as it was sent, defaults of personal data, no startFrom. */
function answerTo(inputs: PropertyMap, status = "active"): WireLogStream {
  const {
    startFrom: _,
    name = "",
    type = "",
    sink = {},
    filters,
    isPriority = false,
    pii_config: pii,
  } = createBody(inputs);
  return {
    id: "lst_0000000000000001",
    name,
    type,
    status,
    sink: {
      ...sink,
      ...(type === "eventbridge" ? { awsPartnerEventSource: "aws.partner/auth0.com/t-1/auth0.logs" } : {}),
      ...(type === "mixpanel" ? { mixpanelServiceAccountPassword: "********" } : {}),
    },
    ...(isPriority ? { filters: [{ type: "category", name: "security" }] } : filters ? { filters } : {}),
    isPriority,
    ...(pii ? { pii_config: { method: "hash", algorithm: "xxhash", ...pii } } : {}),
  };
}

const changes = (before: PropertyMap, after: PropertyMap, status?: string): string[] =>
  diffLogStream(outputsOf(answerTo(before, status), before), after).changes.map(({ path, kind }) => `${kind} ${path}`);

describe("a log stream that was just made", () => {
  const filters = ["auth.login.fail", "actions", "other"].map((name) => ({ type: "category", name }));
  const header = fc.record({ header: fc.constantFrom("x-a", "x-b"), value: fc.string({ minLength: 1 }) });
  const sinks = fc.oneof(
    fc.record(
      {
        type: fc.constant("http"),
        sink: fc.record(
          {
            httpEndpoint: fc.constant("https://logs.example.com"),
            httpContentType: fc.constant("application/json"),
            httpContentFormat: fc.constantFrom("JSONLINES", "JSONARRAY", "JSONOBJECT"),
            httpAuthorization: fc.string(),
            httpCustomHeaders: fc.array(header, { maxLength: 2 }),
          },
          { requiredKeys: ["httpEndpoint"] },
        ),
      },
      { requiredKeys: ["type", "sink"] },
    ),
    fc.constant({ type: "eventbridge", sink: { awsAccountId: "123456789012", awsRegion: "us-east-1" } }),
    fc.constant({ type: "datadog", sink: { datadogApiKey: "k", datadogRegion: "eu" } }),
    fc.constant({
      type: "splunk",
      sink: { splunkDomain: "a", splunkPort: "8088", splunkToken: "t", splunkSecure: false },
    }),
    fc.constant({
      type: "mixpanel",
      sink: {
        mixpanelRegion: "us",
        mixpanelProjectId: "1",
        mixpanelServiceAccountUsername: "u",
        mixpanelServiceAccountPassword: "p",
      },
    }),
  );
  const inputs = fc
    .tuple(
      sinks,
      fc.record(
        {
          filters: fc.subarray(filters),
          isPriority: fc.boolean(),
          startFrom: fc.constant("2026-11-01T00:00:00Z"),
          status: fc.constant("active"),
          piiConfig: fc.record(
            {
              logFields: fc.subarray(["email", "phone", "username"], { minLength: 1 }),
              method: fc.constantFrom("hash", "mask"),
              algorithm: fc.constant("xxhash"),
            },
            { requiredKeys: ["logFields"] },
          ),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([sink, more]) => ({ name: "logs", ...sink, ...more }));

  test("needs no change, whatever it is made of: no perpetual diff", () => {
    fc.assert(
      fc.property(inputs, (made) => {
        expect(changes(made, made)).toEqual([]);
      }),
    );
  });

  test("an import of it needs no change either, save for the password that cannot be read", () => {
    fc.assert(
      fc.property(inputs, (made) => {
        const imported = inputsOf(outputsOf(answerTo(made), made));
        expect(changes(made, { ...imported })).toEqual([]);
      }),
    );
  });
});

describe("what changes a log stream", () => {
  test.each<[string, PropertyMap, PropertyMap, string[]]>([
    ["name", http(), { ...http(), name: "other" }, ["update name"]],
    ["a filter comes", http(), http({}, { filters: [{ type: "category", name: "actions" }] }), ["add filters[0]"]],
    ["filters go", http({}, { filters: [{ type: "category", name: "actions" }] }), http(), ["delete filters[0]"]],
    [
      "an authorization",
      http({ httpAuthorization: "a" }),
      http({ httpAuthorization: "b" }),
      ["update sink.httpAuthorization"],
    ],
    ["an authorization goes", http({ httpAuthorization: "a" }), http(), ["delete sink.httpAuthorization"]],
    [
      "the format returns to the default",
      http({ httpContentFormat: "JSONARRAY" }),
      http(),
      ["update sink.httpContentFormat"],
    ],
    [
      "personal data",
      http({}, { piiConfig: { logFields: ["email"] } }),
      http(),
      ["delete piiConfig.algorithm", "delete piiConfig.logFields", "delete piiConfig.method"],
    ],
    ["priority", http(), http({}, { isPriority: true }), ["update isPriority"]],
    ["startFrom does not count", http(), http({}, { startFrom: "2026-11-01" }), []],
  ])("%s", (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  test("a suspended stream becomes active only by the word of the program, a paused one always", () => {
    expect(changes(http(), http({}, { status: "active" }), "suspended")).toEqual(["update status"]);
    expect(changes(http(), http({}, { status: "active" }), "paused")).toEqual(["update status"]);
    expect(changes(http(), http(), "suspended")).toEqual([]);
    expect(changes(http(), http(), "paused")).toEqual(["update status"]);
    expect(changes(http(), http({}, { status: "paused" }), "suspended")).toEqual(["update status"]);
  });

  test("type, account, region and what Azure needs replace the stream", () => {
    const aws = { name: "logs", type: "eventbridge", sink: { awsAccountId: "123456789012", awsRegion: "us-east-1" } };
    const moved = { ...aws, sink: { ...aws.sink, awsRegion: "eu-central-1" } };
    expect(diffLogStream(outputsOf(answerTo(aws), aws), moved)).toMatchObject({
      replaces: ["sink.awsRegion"],
      deleteBeforeReplace: true,
    });
    expect(diffLogStream(outputsOf(answerTo(http()), http()), aws).replaces).toContain("type");
  });
});

describe("what is sent", () => {
  test("a create has no status; an update always has what it would otherwise remove", () => {
    const inputs = http(
      {},
      { status: "paused", piiConfig: { logFields: ["email"], method: "mask" }, startFrom: "2026-11-01" },
    );
    expect(createBody(inputs)).toEqual({
      name: "logs",
      type: "http",
      pii_config: { log_fields: ["email"], method: "mask" },
      startFrom: "2026-11-01",
      sink: { httpEndpoint: "https://logs.example.com" },
    });
    expect(updateBody(inputs, "paused")).toEqual({
      name: "logs",
      status: "paused",
      filters: [],
      pii_config: { log_fields: ["email"], method: "mask" },
      sink: { httpEndpoint: "https://logs.example.com" },
    });
  });

  test("the sink of EventBridge and Event Grid is not in an update: Auth0 refuses it", () => {
    const aws = { name: "logs", type: "eventbridge", sink: { awsAccountId: "123456789012", awsRegion: "us-east-1" } };
    expect(updateBody(aws, undefined)).toEqual({ name: "logs", filters: [] });
  });

  test("filters of a prioritized stream are Auth0's own", () => {
    expect(updateBody(http({}, { isPriority: true }), undefined)).not.toHaveProperty("filters");
  });
});
