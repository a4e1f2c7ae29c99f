import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { hasSharedData, sharedFile, sharedPath } from "./shared-data.ts";

interface Interaction {
  request: { method: string; url: string; body: string };
  response: { code: number; body: string };
}

const files = hasSharedData ? readdirSync(sharedPath("recordings")).filter((name) => name.includes("EventStream")) : [];

describe.skipIf(!hasSharedData)("recorded exchanges with the real Auth0 API", () => {
  test("there are recordings", () => expect(files.length).toBeGreaterThan(3));

  test.each(files)("%s: the sandbox answers with the same codes and shapes", async (file) => {
    const sandbox = openSandbox(temporaryFolder());
    const { baseUrl, clientId, clientSecret } = await sandbox.access();
    const grant = await fetch(`${baseUrl}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
    });
    const { access_token } = (await grant.json()) as { access_token: string };
    const ids = new Map<string, string>();
    const { interactions } = parse(sharedFile(`recordings/${file}`)) as { interactions: Interaction[] };
    const relevant = interactions.filter(({ request }) =>
      new URL(request.url).pathname.startsWith("/api/v2/event-streams"),
    );
    expect(relevant.length).toBeGreaterThan(3);
    for (const { request, response } of relevant) {
      const path = request.url.replace(/^https:\/\/[^/]+/, "").replace(/est_\w+/, (id) => ids.get(id) ?? id);
      const answer = await fetch(`${baseUrl}${path}`, {
        method: request.method,
        headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
        ...(request.body ? { body: request.body } : {}),
      });
      const text = await answer.text();
      expect(answer.status, `${request.method} ${path}`).toBe(response.code);
      if (request.method === "POST")
        ids.set((JSON.parse(response.body) as { id: string }).id, (JSON.parse(text) as { id: string }).id);
      expect(normalized(text)).toEqual(normalized(response.body));
    }
    await sandbox.close();
  });
});

/** What may differ from run to run is taken out; the order of keys stays, as text. */
function normalized(body: string): string {
  return body
    .replace(/est_[A-Za-z0-9]{22}/g, "est_ID")
    .replace(/"(created_at|updated_at)":"[^"]+Z"/g, '"$1":"TIME"')
    .replace(/aws\.partner\/auth0\.com\/[\w-]+-[0-9a-f]{8}-[0-9a-f-]{27}\//g, "aws.partner/auth0.com/TENANT-UUID/");
}
