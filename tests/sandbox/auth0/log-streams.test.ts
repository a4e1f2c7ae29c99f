import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSandbox } from "../../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../../support/cli.ts";
import { managementApi } from "../../support/management-api.ts";

type Json = Record<string, unknown>;

let sandbox: Sandbox;
let call: (method: string, path: string, body?: object) => Promise<{ status: number; body: Json }>;
beforeAll(async () => {
  sandbox = openSandbox(temporaryFolder());
  const send = await managementApi(sandbox);
  call = async (method, path, body) => {
    const { status, text } = await send(method, `/api/v2/log-streams${path}`, body && JSON.stringify(body));
    return { status, body: (text ? JSON.parse(text) : {}) as Json };
  };
});
afterAll(() => sandbox.close());

const SINKS: Record<string, Json> = {
  eventbridge: { awsAccountId: "123456789012", awsRegion: "us-east-1" },
  eventgrid: {
    azureSubscriptionId: "b69a6835-57c7-4d53-b0d5-1c6ae580b6d5",
    azureRegion: "northeurope",
    azureResourceGroup: "logs",
  },
  http: { httpEndpoint: "https://example.com/logs", httpAuthorization: "Bearer t" },
  datadog: { datadogApiKey: "key", datadogRegion: "us" },
  splunk: { splunkDomain: "example.com", splunkPort: "8088", splunkToken: "token", splunkSecure: true },
  sumo: { sumoSourceAddress: "example.com" },
  segment: { segmentWriteKey: "key" },
  mixpanel: {
    mixpanelRegion: "us",
    mixpanelProjectId: "1",
    mixpanelServiceAccountUsername: "user",
    mixpanelServiceAccountPassword: "password",
  },
};
const create = async (type: string, more: Json = {}) =>
  call("POST", "", { name: type, type, sink: SINKS[type], ...more });

describe("log streams", () => {
  test.each(Object.keys(SINKS))("a stream to %s is made with 200, read, changed and deleted twice", async (type) => {
    const { status, body } = await create(type);
    expect([status, Object.keys(body)]).toEqual([200, ["id", "name", "type", "status", "sink", "isPriority"]]);
    expect(body).toMatchObject({ id: expect.stringMatching(/^lst_\d{16}$/) as string, type, status: "active" });
    expect(await call("GET", `/${String(body["id"])}`)).toEqual({ status: 200, body });
    const renamed = await call("PATCH", `/${String(body["id"])}`, { name: "other", status: "paused" });
    expect(renamed).toEqual({ status: 200, body: { ...body, name: "other", status: "paused" } });
    for (let times = 0; times < 2; times += 1)
      expect((await call("DELETE", `/${String(body["id"])}`)).status).toBe(204);
    expect((await call("GET", `/${String(body["id"])}`)).status).toBe(404);
  });

  test("secrets come back in clear, save Mixpanel's password, which stays when it comes back masked", async () => {
    expect((await create("datadog")).body["sink"]).toEqual(SINKS["datadog"]);
    const { body } = await create("mixpanel");
    expect(body["sink"]).toMatchObject({ mixpanelServiceAccountPassword: "********" });
    const again = await call("PATCH", `/${String(body["id"])}`, { sink: body["sink"] });
    expect(again.body).toEqual(body);
  });

  test("names are not unique; the list is a bare array", async () => {
    await create("sumo");
    await create("sumo");
    const { body } = await call("GET", "");
    expect(Array.isArray(body)).toBe(true);
    expect((body as unknown as Json[]).filter(({ name }) => name === "sumo")).toHaveLength(2);
  });

  test("an update without pii_config takes it away; its method and algorithm have defaults", async () => {
    const { body } = await create("http", { pii_config: { log_fields: ["email"] } });
    expect(body["pii_config"]).toEqual({ log_fields: ["email"], method: "hash", algorithm: "xxhash" });
    expect((await call("PATCH", `/${String(body["id"])}`, { name: "n" })).body).not.toHaveProperty("pii_config");
  });

  test("empty filters disappear; priority has filters of its own, whatever is asked for", async () => {
    const filters = [{ type: "category", name: "auth.login.fail" }];
    const { body } = await create("segment", { filters });
    expect(body["filters"]).toEqual(filters);
    expect((await call("PATCH", `/${String(body["id"])}`, { filters: [] })).body).not.toHaveProperty("filters");
    const urgent = await create("segment", { isPriority: true, filters });
    const security = [{ type: "category", name: "security" }];
    expect(urgent.body["filters"]).toEqual(security);
    expect((await call("PATCH", `/${String(urgent.body["id"])}`, { filters })).body["filters"]).toEqual(security);
  });

  test("a stream to EventBridge makes a partner event source in its account and region", async () => {
    const { body } = await create("eventbridge");
    const name = String((body["sink"] as Json)["awsPartnerEventSource"]);
    expect(name).toMatch(/^aws\.partner\/auth0\.com\/.+\/auth0\.logs$/);
    const source = sandbox.status().aws.find((item) => item.name === name);
    expect(source).toMatchObject({ type: "partner-source", account: "123456789012", detail: "PENDING" });
  });

  test.each<[string, Json, string]>([
    ["no type", { type: undefined }, "type"],
    ["an unknown type", { type: "kafka" }, "type"],
    ["no sink", { sink: undefined }, "sink"],
    ["a status", { status: "paused" }, "status"],
    ["a field of another sink", { sink: { ...SINKS["http"], datadogApiKey: "x" } }, "sink.datadogApiKey"],
    ["plain http", { sink: { httpEndpoint: "http://example.com" } }, "sink.httpEndpoint"],
    ["an unknown format", { sink: { ...SINKS["http"], httpContentFormat: "XML" } }, "sink.httpContentFormat"],
    ["headers that are none", { sink: { ...SINKS["http"], httpCustomHeaders: [{}] } }, "sink.httpCustomHeaders"],
    ["an unknown filter", { filters: [{ type: "category", name: "x" }] }, "filters[0].name"],
    ["no field of personal data", { pii_config: { log_fields: [] } }, "pii_config.log_fields"],
    ["an unknown algorithm", { pii_config: { log_fields: ["email"], algorithm: "md5" } }, "pii_config.algorithm"],
    ["a start that is no time", { startFrom: "yesterday" }, "startFrom"],
  ])("refuses %s", async (_, change, property) => {
    const { status, body } = await create("http", change);
    expect([status, body["errorCode"]]).toEqual([400, "invalid_body"]);
    expect(String(body["message"])).toContain(`on property ${property}`);
  });

  test.each(["eventbridge", "eventgrid"])("the sink of %s cannot be changed", async (type) => {
    const { body } = await create(type);
    expect((await call("PATCH", `/${String(body["id"])}`, { sink: SINKS[type] })).status).toBe(400);
  });
});
