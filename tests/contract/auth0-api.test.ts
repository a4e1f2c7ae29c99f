import { describe, expect, test } from "vitest";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { managementApi } from "../support/management-api.ts";
import { LIVES } from "./auth0-exchanges.ts";

describe("the sandbox answers as the real Management API was seen to answer", () => {
  test.each(Object.entries(LIVES))("%s", async (_, life) => {
    const sandbox = openSandbox(temporaryFolder());
    const call = await managementApi(sandbox);
    const comparable = placeholders();
    let id = "";
    for (const { send, body, status, answer } of life) {
      const [method = "", path = ""] = send.split(" ");
      const said = await call(method, `/api/v2/event-streams${path.replace("ID", id)}`, body && JSON.stringify(body));
      if (method === "POST") ({ id } = JSON.parse(said.text) as { id: string });
      // As text: the order of members counts.
      expect([said.status, comparable(said.text)], send).toEqual([status, answer ? JSON.stringify(answer) : ""]);
    }
    await sandbox.close();
  });

  test("every stream to EventBridge has a partner event source of its own", async () => {
    const sandbox = openSandbox(temporaryFolder());
    const call = await managementApi(sandbox);
    const sources = new Set<string>();
    for (const name of ["one", "two", "three"]) {
      const configuration = { aws_account_id: "123456789012", aws_region: "us-east-1" };
      const subscriptions = [{ event_type: "user.created" }];
      const body = { name, subscriptions, destination: { type: "eventbridge", configuration } };
      const { text } = await call("POST", "/api/v2/event-streams", JSON.stringify(body));
      sources.add(/"(aws\.partner\/auth0\.com\/[^"]+\/auth0\.events)"/.exec(text)?.[1] ?? "none");
    }
    expect([sources.size, sources.has("none")]).toEqual([3, false]);
    await sandbox.close();
  });
});

/** Puts placeholders in the place of what differs from run to run, the same one for the same value. */
function placeholders(): (body: string) => string {
  const times: string[] = [];
  const timeOf = (time: string): string => {
    if (!times.includes(time)) times.push(time);
    return `T${times.indexOf(time) + 1}`;
  };
  return (body) =>
    body
      .replace(/"est_[A-Za-z0-9]{22}"/g, '"ID"')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, timeOf)
      .replace(/aws\.partner\/auth0\.com\/[\w-]+-[0-9a-f]{8}-[0-9a-f-]{27}\/auth0\.events/g, "SOURCE");
}
