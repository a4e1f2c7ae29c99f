import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auth0Plugin } from "../../pkg/providers/index.ts";
import type { ProviderSession } from "../../pkg/provider-contract/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const { signal } = new AbortController();
let sandbox: Sandbox;
let session: ProviderSession;
beforeEach(() => {
  sandbox = openSandbox(temporaryFolder());
  session = auth0Plugin({ env: {}, override: () => sandbox.access() }).configure({});
});
afterEach(() => sandbox.close());

const driver = () => {
  const found = session.driver("auth0:index/eventStream:EventStream");
  if (!found) throw new Error("no driver");
  return found;
};
const webhook = (webhookAuthorization: PropertyMap): PropertyMap => ({
  name: "n",
  destinationType: "webhook",
  subscriptions: ["user.created"],
  webhookConfiguration: { webhookEndpoint: "https://x.example.com/h", webhookAuthorization },
});

/** Each secret of a webhook, with the fields that go with it. */
const SECRETS: [string, PropertyMap][] = [
  ["token", { method: "bearer" }],
  ["password", { method: "basic", username: "u" }],
  ["headerValue", { method: "custom_header", headerKey: "x-key" }],
];

describe.each(SECRETS)("%s", (field, rest) => {
  const given = (value: string, version: number) =>
    webhook({ ...rest, [`${field}Wo`]: value, [`${field}WoVersion`]: version });
  const changed = (old: PropertyMap, outputs: PropertyMap, now: PropertyMap): string[] =>
    driver()
      .diff({ oldInputs: old, oldOutputs: outputs, inputs: now })
      .changes.map(({ path, kind }) => `${kind} ${path.split(".").at(-1)}`);

  test("written only: the version is an output, the value is none, and only the version is compared", async () => {
    const first = given("hush-1", 1);
    const { id, outputs } = await driver().create({ inputs: first, signal });
    expect(outputs["webhookConfiguration"]).toMatchObject({ webhookAuthorization: { [`${field}WoVersion`]: 1 } });
    expect(JSON.stringify(outputs)).not.toContain("hush");
    expect(changed(first, outputs, first)).toEqual([]);
    expect(changed(first, outputs, given("hush-2", 1))).toEqual([]);
    expect(changed(first, outputs, given("hush-2", 2))).toEqual([`update ${field}WoVersion`]);
    expect(changed(first, outputs, webhook({ ...rest, [field]: "hush-3" })).toSorted()).toEqual([
      `add ${field}`,
      `delete ${field}WoVersion`,
    ]);
    const live = await driver().read({ id, state: { inputs: first, outputs }, signal });
    expect(changed(first, live?.outputs ?? {}, first)).toEqual([]);
  });

  test("given plainly, on a record of the official provider: versions of 0 are no versions", () => {
    const inputs = webhook({ ...rest, [field]: "hush-1" });
    const versions = { tokenWoVersion: 0, passwordWoVersion: 0, headerValueWoVersion: 0, tokenWo: null };
    expect(changed(inputs, webhook({ ...rest, [field]: "hush-1", ...versions }), inputs)).toEqual([]);
  });
});

describe("the data source getEventStream", () => {
  const blocks: [string, PropertyMap, PropertyMap][] = [
    [
      "eventbridge",
      { eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: "us-east-1" } },
      {
        eventbridgeConfigurations: [
          { awsAccountId: "123456789012", awsRegion: "us-east-1", awsPartnerEventSource: expect.any(String) as never },
        ],
      },
    ],
    ["action", { actionConfiguration: { actionId: "act_1" } }, { actionConfigurations: [{ actionId: "act_1" }] }],
    [
      "webhook",
      {
        webhookConfiguration: { webhookEndpoint: "https://x", webhookAuthorization: { method: "bearer", token: "t" } },
      },
      {
        webhookConfigurations: [
          {
            webhookEndpoint: "https://x",
            webhookAuthorizations: [
              {
                method: "bearer",
                username: "",
                headerKey: "",
                token: "",
                tokenWo: "",
                tokenWoVersion: 0,
                password: "",
                passwordWo: "",
                passwordWoVersion: 0,
                headerValue: "",
                headerValueWo: "",
                headerValueWoVersion: 0,
              },
            ],
          },
        ],
      },
    ],
  ];

  test.each(blocks)(
    "gives a list for each block, of one item for %s and empty for the others",
    async (type, block, expected) => {
      const inputs = { name: "n", destinationType: type, subscriptions: ["user.created"], ...block };
      const { id } = await driver().create({ inputs, signal });
      expect(await session.invoke("auth0:index/getEventStream:getEventStream", { id }, signal)).toEqual({
        id,
        name: "n",
        status: "enabled",
        destinationType: type,
        subscriptions: ["user.created"],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        actionConfigurations: [],
        eventbridgeConfigurations: [],
        webhookConfigurations: [],
        ...expected,
      });
    },
  );
});
