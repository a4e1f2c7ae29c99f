import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { InvalidInput } from "../../pkg/diagnostics/index.ts";
import { loadManifests, parseProviderConfig } from "../../pkg/manifest/index.ts";
import type { LoadOptions } from "../../pkg/manifest/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";

const load = (text: string | Uint8Array, more: Partial<LoadOptions> = {}) =>
  loadManifests({
    manifests: ["-"],
    set: [],
    strict: false,
    absent: "error",
    env: {},
    stdin: async () => text,
    ...more,
  });

const problems = async (text: string | Uint8Array, more: Partial<LoadOptions> = {}) =>
  (await load(text, more)).diagnostics;

describe("bytes", () => {
  test("another encoding than UTF-8 is named, with the place of the first byte that does not fit", async () => {
    const text = eventbridgeManifest("café");
    expect(await problems(Buffer.from(`\uFEFF${eventbridgeManifest("a")}`))).toEqual([]);
    expect(await problems(Buffer.from(`\uFEFF${text}`, "utf16le"))).toMatchObject([
      { code: "file-unreadable", message: "<stdin> is UTF-16, not UTF-8", hint: "save it as UTF-8" },
    ]);
    expect(await problems(Buffer.from(text, "utf16le"))).toMatchObject([
      { message: expect.stringContaining("NUL characters") },
    ]);
    expect(await problems(Buffer.from(text, "latin1"))).toMatchObject([
      { message: "<stdin> is not UTF-8: see line 4, column 12" },
    ]);
  });

  test("lines may end as they do on any system", async () => {
    for (const end of ["\n", "\r\n", "\r"])
      expect(await problems(eventbridgeManifest("a").replaceAll("\n", end))).toEqual([]);
  });
});

describe("URLs", () => {
  const servers: ReturnType<typeof createServer>[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  test("a redirect away from https is refused, and where to", async () => {
    for (const [location, where] of [
      ["http://user:MARKER@elsewhere.example/m.yaml?token=MARKER", "http://elsewhere.example/m.yaml"],
      ["file:///etc/passwd", "file:///etc/passwd"],
    ] as const) {
      const base = await serve((_, response) => response.writeHead(302, { location }).end());
      const found = await problems("", { manifests: [`${base}/m.yaml`] });
      expect(found).toMatchObject([
        { code: "url-unreachable", message: `${base}/m.yaml redirects to ${where}, which is not https` },
      ]);
    }
  });

  test("an answer without end is left after 16 MiB", async () => {
    const base = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("# a comment that goes on and on\n".repeat(4096)));
        response.once("drain", more);
      };
      more();
    });
    expect(await problems("", { manifests: [base] })).toMatchObject([
      { code: "url-unreachable", message: expect.stringContaining("gives more than 16 MiB") },
    ]);
  });

  test("a manifest from a URL reads nothing of this machine, whatever flags say", async () => {
    const folder = temporaryFolder({ token: "MARKER" });
    for (const reference of ["{env: TOKEN}", `{file: ${join(folder, "token")}}`]) {
      const base = await serve((_, response) =>
        response.end(webhookManifest("s", { token: `{valueFrom: ${reference}}` })),
      );
      const found = await problems("", {
        manifests: [base],
        env: { TOKEN: "x" },
        allowEnv: ["*"],
        allowFiles: [folder],
      });
      expect(found).toMatchObject([{ code: "forbidden-reference", line: 12 }]);
    }
  });

  test("the message for an unreachable host has the error's code", async () => {
    const [found] = await problems("", { manifests: ["http://127.0.0.1:1/m.yaml"] });
    expect(found?.message).toMatch(/^http:\/\/127\.0\.0\.1:1\/m\.yaml cannot be reached: /);
    expect(found?.message).not.toContain("TypeError");
  });
});

describe("folders", () => {
  test("hidden folders are not looked into", async () => {
    const folder = temporaryFolder({ "a.yaml": eventbridgeManifest("a") });
    for (const hidden of [".git", ".terraform"]) {
      mkdirSync(join(folder, hidden));
      writeFileSync(join(folder, hidden, "b.yaml"), eventbridgeManifest("b"));
    }
    const { manifests, diagnostics } = await load("", { manifests: [folder], recursive: true });
    expect(diagnostics).toEqual([]);
    expect(manifests.map(({ metadata }) => metadata.name)).toEqual(["a"]);
  });
});

describe("YAML", () => {
  test("what an object says itself wins over what is merged into it, and the first merged over the second", async () => {
    const text = eventbridgeManifest("a")
      .replace("metadata:\n", "metadata:\n  <<: [*one, *two]\n")
      .replace(
        "metadata:",
        "status:\n  - &one {name: merged, env: first}\n  - &two {env: second, org: acme}\nmetadata:",
      );
    const { manifests, diagnostics } = await load(text);
    expect(diagnostics).toEqual([]);
    expect(manifests[0]?.metadata).toEqual({ name: "a", env: "first", org: "acme" });
  });

  test("a key given twice is reported at the second one, and hides nothing", async () => {
    const text = eventbridgeManifest("a")
      .replace("  name: a\n", "  name: a\n  name: b\n")
      .replace("us-east-1", "us-esat-1");
    expect((await problems(text)).map(({ code, line, column }) => [code, line, column])).toEqual([
      ["yaml-syntax", 5, 3],
      ["unknown-region", 11, 16],
    ]);
  });

  test("a key without its colon is reported at its own line", async () => {
    const text = eventbridgeManifest("a").replace("eventbridgeConfiguration:", "eventbridgeConfiguration");
    const lines = text.split("\n");
    const [first, ...more] = await problems(text);
    expect(first).toMatchObject({ code: "yaml-syntax", line: 8, column: 3 });
    for (const { line = 0, column = 0 } of more) expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
  });

  test("endless nesting is reported once", async () => {
    for (const text of [
      "[".repeat(5_000),
      "{a: ".repeat(5_000),
      "- ".repeat(5_000),
      `a: ${"[".repeat(100)}${"]".repeat(100)}`,
    ]) {
      const deep = (await problems(text)).filter(({ message }) => message === "nested too deeply");
      expect(deep).toHaveLength(1);
    }
  });

  test("aliases that grow by themselves are refused before they have grown", async () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array<string>(10).fill(`*${of}`).join()}]\n`;
    const bomb = `a: &a [x]\n${level("b", "a")}${level("c", "b")}${level("d", "c")}${level("e", "d")}${level("f", "e")}${level("g", "f")}`;
    expect(await problems(bomb)).toMatchObject([{ message: "aliases make this document too large", line: 5 }]);
    expect(await problems("a: &a [*a]")).toMatchObject([{ message: "an alias stands inside its own anchor" }]);
    // A large text that repeats little is not a bomb.
    const wide = `${eventbridgeManifest("a")}status: {list: [${Array<string>(50_000).fill("x").join()}]}\n`;
    expect(await problems(wide)).toEqual([]);
  });

  test("as many problems as there are: 20,000 unknown fields, 130,000 empty entries", async () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => `  field${index}: x\n`).join("");
    expect(await problems(eventbridgeManifest("a") + fields)).toHaveLength(20_000);
    const entries = eventbridgeManifest("a").replace("[user.created, user.deleted]", `\n${"    -\n".repeat(130_000)}`);
    expect(await problems(entries)).toMatchObject([{ code: "invalid-value", path: "spec", line: 6 }]);
  });
});

describe("places", () => {
  test("in snake_case are those of the text", async () => {
    const text = eventbridgeManifest("a")
      .replace("awsRegion: us-east-1", "aws_region: us-esat-1")
      .replace("eventbridgeConfiguration", "eventbridge_configuration");
    expect(await problems(text)).toMatchObject([
      { path: "spec.eventbridgeConfiguration.awsRegion", line: 10, column: 17, endColumn: 26 },
    ]);
  });

  test("the value of a misspelt field beside secrets is masked", async () => {
    const [problem] = await problems(webhookManifest("a").replace("token: a-token", "credential: >-\n        MARKER"));
    const { masks = [], text = "" } = problem?.source ?? {};
    expect(masks.map(([start, end]) => text.slice(start, end))).toContainEqual(expect.stringContaining("MARKER"));
  });
});

describe("flags and labels", () => {
  test.each(["kind=Auth0LogStream", "apiVersion=v2", "api_version=v2"])("--set %s is refused, once", async (set) => {
    const found = await problems(`${eventbridgeManifest("a")}---\n${eventbridgeManifest("b")}`, { set: [set] });
    expect(found).toMatchObject([{ code: "bad-set", message: expect.stringContaining("cannot be set") }]);
  });

  test("--set changes nothing that shares an anchor with what it sets", async () => {
    const text = eventbridgeManifest("a").replace(
      "metadata:\n",
      "metadata:\n  labels: &l {team: a}\n  annotations: *l\n",
    );
    const { manifests } = await load(text, { set: ["metadata.labels.team=b"] });
    expect(manifests[0]?.metadata).toMatchObject({ labels: { team: "b" }, annotations: { team: "a" } });
  });

  const labelled = (labels: Record<string, string>): string =>
    eventbridgeManifest("a").replace("metadata:\n", `metadata:\n  labels: ${JSON.stringify(labels)}\n`);

  test.each(["o/p/s/more", "o/p", "o//s", "/p/s", "o/p/"])("stack.fqdn %s names no stack", async (fqdn) => {
    expect(await problems(labelled({ "pulumi.openmcf.org/stack.fqdn": fqdn }))).toMatchObject([
      { code: "incomplete-stack-labels", message: `"${fqdn}" is not organization/project/stack` },
    ]);
  });

  test("a misspelt label of ours is a warning; other labels are not checked", async () => {
    expect(
      await problems(labelled({ "pulumi.openmcf.org/stack.nme": "x", team: "x", "openmcf.org/owner": "x" })),
    ).toMatchObject([
      { code: "unknown-label", severity: "warning", hint: 'did you mean "pulumi.openmcf.org/stack.name"?' },
    ]);
    const parts = {
      "pulumi.openmcf.org/organization": "o",
      "pulumi.openmcf.org/project": "p",
      "pulumi.openmcf.org/stack.nme": "s",
    };
    expect(await problems(labelled(parts))).toMatchObject([
      { code: "unknown-label" },
      {
        code: "incomplete-stack-labels",
        hint: 'did you mean "pulumi.openmcf.org/stack.name" by "pulumi.openmcf.org/stack.nme"?',
      },
    ]);
  });
});

describe("words", () => {
  test.each([
    ["user.signup", 'did you mean "user.created"?'],
    ["user.removed", 'did you mean "user.deleted"?'],
    ["organization.changed", 'did you mean "organization.updated"?'],
    ["user.xyz", "types of user are user.created, user.deleted, user.updated"],
    ["authentication.success", "nearest real one: log stream: filter auth.login.success (log type s)"],
    ["constructor", "openmcf explain spec.subscriptions lists them"],
  ])("event type %s", async (type, hint) => {
    expect(await problems(webhookManifest("a", { subscriptions: [type] }))).toMatchObject([
      { code: "unknown-event-type", hint },
    ]);
  });

  test.each([
    ["active", "enabled"],
    ["Paused", "disabled"],
    ["true", "enabled"],
    ["enabeld", "enabled"],
  ])("status %s", async (status, meant) => {
    expect(await problems(`${eventbridgeManifest("a")}  status: ${status}\n`)).toMatchObject([
      { code: "invalid-value", hint: `did you mean "${meant}"?` },
    ]);
  });

  test.each(["${TOKEN}", "$TOKEN", "Bearer ${TOKEN}", "{{ .Values.token }}"])(
    "%s is sent as it is, with a warning",
    async (token) => {
      const { manifests, diagnostics } = await load(webhookManifest("a", { token: JSON.stringify(token) }));
      expect(diagnostics).toMatchObject([{ code: "literal-placeholder", severity: "warning", line: 12, column: 14 }]);
      expect(JSON.stringify(manifests[0]?.spec)).toContain(token);
    },
  );

  test.each(["pa$$word", "$6$salt$hash", "{not}", "100$"])("%s is a secret like any other", async (token) => {
    expect(await problems(webhookManifest("a", { token: JSON.stringify(token) }))).toEqual([]);
  });

  test("a list written as a text says how to write it", async () => {
    expect(
      await problems(eventbridgeManifest("a").replace("[user.created, user.deleted]", "user.created")),
    ).toMatchObject([{ code: "wrong-type", hint: 'write subscriptions: ["user.created"]' }]);
  });
});

describe("a provider config", () => {
  test.each([
    "domain: ' '\nclient_id: a\nclient_secret: b",
    "domain: x.auth0.com\nclient_id: ' '\nclient_secret: MARKER",
    "domain: x.auth0.com\napi_token: ''",
    "constructor: x",
    "domain: x.auth0.com",
  ])("%j is refused without repeating values", (text) => {
    let problem: unknown;
    try {
      parseProviderConfig("p.yaml", text);
    } catch (error) {
      problem = error;
    }
    expect(problem).toBeInstanceOf(InvalidInput);
    expect(String(problem)).not.toContain("MARKER");
  });
});
