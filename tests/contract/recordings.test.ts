// Replays recorded exchanges with the real Auth0 API at the sandbox. The recordings are not part of the project: the test
// is skipped where they are absent, and tests/contract/auth0-api.test.ts holds what they say.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { managementApi } from "../support/management-api.ts";

interface Interaction {
  request: { method: string; url: string; body: string };
  response: { code: number; body: string };
}

const FOLDER = resolve("../shared/data/recordings");
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => /(Event|Log)Stream/.test(name)) : [];
if (files.length === 0)
  process.stderr.write("tests/contract/recordings is skipped: ../shared/data/recordings is absent\n");

describe.skipIf(files.length === 0)("recorded exchanges with the real Auth0 API", () => {
  test.each(files)("%s: the sandbox answers with the same codes and shapes", async (file) => {
    const sandbox = openSandbox(temporaryFolder());
    const call = await managementApi(sandbox);
    const ids = new Map<string, string>();
    const { interactions } = parse(readFileSync(join(FOLDER, file), "utf8")) as { interactions: Interaction[] };
    const relevant = interactions.filter(
      ({ request, response }) =>
        /^\/api\/v2\/(event|log)-streams/.test(new URL(request.url).pathname) &&
        // One answer of this file is of another test that ran on the same tenant.
        !(file.includes("EventGrid") && response.body.includes('"type":"eventbridge"')),
    );
    expect(relevant.length).toBeGreaterThan(3);
    for (const { request, response } of relevant) {
      const path = request.url.replace(/^https:\/\/[^/]+/, "").replace(/(est|lst)_\w+/, (id) => ids.get(id) ?? id);
      const { status, text } = await call(request.method, path, request.method === "GET" ? "" : request.body);
      expect(status, `${request.method} ${path}`).toBe(response.code);
      if (request.method === "POST")
        ids.set((JSON.parse(response.body) as { id: string }).id, (JSON.parse(text) as { id: string }).id);
      expect(normalized(text)).toEqual(normalized(response.body));
    }
    await sandbox.close();
  });
});

/** What may differ from run to run is taken out; the order of keys stays, as text. */
function normalized(body: string): string {
  return (
    body
      .replace(/est_[A-Za-z0-9]{22}/g, "est_ID")
      .replace(/lst_[0-9]{16}/g, "lst_ID")
      // Older answers leave it out.
      .replace(',"isPriority":false', "")
      .replace(/azure\.partner\/auth0\.com\/[\w-]+\//g, "azure.partner/auth0.com/TENANT-UUID/")
      .replace(/"(created_at|updated_at)":"[^"]+Z"/g, '"$1":"TIME"')
      .replace(/aws\.partner\/auth0\.com\/[\w-]+-[0-9a-f]{8}-[0-9a-f-]{27}\//g, "aws.partner/auth0.com/TENANT-UUID/")
  );
}
