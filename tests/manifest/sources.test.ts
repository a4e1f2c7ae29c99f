import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import { eventbridgeManifest } from "../support/manifests.ts";

interface Validation {
  valid: boolean;
  diagnostics: { code: string; file?: string; message: string }[];
}

const hasKubectl = has("kubectl") || has("kustomize");

describe("sources", () => {
  test("a folder, its subfolders with -R, several -f, standard input", async () => {
    const cwd = temporaryFolder({
      "a.yaml": eventbridgeManifest("a"),
      "b.yml": eventbridgeManifest("b"),
      "notes.txt": "no",
      "kustomization.yaml": "resources: []",
    });
    mkdirSync(join(cwd, "sub"));
    writeFileSync(join(cwd, "sub/c.json"), JSON.stringify({ apiVersion: "nope" }));
    expect((await openmcf(["validate", "-f", "."], { cwd })).stdout).toContain("2 manifests valid");
    expect((await openmcf(["validate", "-f", "a.yaml", "-f", "b.yml"], { cwd })).stdout).toContain("2 manifests valid");
    const deep = await openmcfJson<Validation>(["validate", "-R", "-f", "."], { cwd });
    expect(deep.code).toBe(3);
    expect(deep.json.diagnostics.map(({ file }) => file)).toContain("sub/c.json");
    expect((await openmcf(["validate", "-f", "-"], { cwd, input: eventbridgeManifest("x") })).stdout).toContain(
      "1 manifest valid",
    );
    expect((await openmcf(["validate", "a.yaml"], { cwd })).stdout).toContain("1 manifest valid");
  });

  test("nothing given, nothing there, an empty folder, an empty file", async () => {
    const cwd = temporaryFolder({ "empty.yaml": "# nothing\n" });
    mkdirSync(join(cwd, "none"));
    for (const [args, code] of [
      [[], "no-manifest"],
      [["-f", "missing.yaml"], "file-unreadable"],
      [["-f", "none"], "no-manifest"],
      [["-f", "empty.yaml"], "no-manifest"],
      [["--kustomize-dir", "none"], "bad-flag"],
      [["--kustomize-dir", "none", "--overlay", "x"], "file-unreadable"],
    ] as const) {
      const { json, code: exit } = await openmcfJson<Validation>(["validate", ...args], { cwd });
      expect([exit, json.diagnostics.map((each) => each.code)], args.join(" ")).toEqual([3, [code]]);
    }
  });

  test("a URL; one that answers 404 is no manifest", async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/m.yaml" ? 200 : 404;
      response.end(request.url === "/m.yaml" ? eventbridgeManifest("web") : "<html>not found</html>");
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const cwd = temporaryFolder();
    expect((await openmcf(["validate", "-f", `${base}/m.yaml`], { cwd })).stdout).toContain("1 manifest valid");
    const missing = await openmcfJson<Validation>(["validate", "-f", `${base}/no.yaml?token=secret`], { cwd });
    server.close();
    expect(missing.json.diagnostics).toMatchObject([{ code: "url-unreachable" }]);
    expect(missing.stdout + missing.stderr).not.toContain("token=secret");
  });

  test("a stack input file, snake_case as OpenMCF writes it", async () => {
    const target = eventbridgeManifest("from-input").replace(/^/gm, "  ");
    const cwd = temporaryFolder({
      "input.yaml": `target:\n${target}\nprovider_config:\n  domain: x.auth0.com\n`,
      "none.yaml": "provider_config: {}\n",
    });
    expect((await openmcf(["validate", "-i", "input.yaml"], { cwd })).stdout).toContain("1 manifest valid");
    expect((await openmcfJson<Validation>(["validate", "-i", "none.yaml"], { cwd })).json.diagnostics).toMatchObject([
      { code: "not-a-manifest" },
    ]);
    // A config that lacks its secret is told before anything is touched.
    const apply = await openmcf(["apply", "-i", "input.yaml"], { cwd });
    expect([apply.code, apply.stderr]).toEqual([3, expect.stringContaining("lacks client_id and client_secret")]);
  });

  test("without kustomize or kubectl it says how to get one", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "k/overlays/prod"), { recursive: true });
    const { json } = await openmcfJson<Validation>(["validate", "--kustomize-dir", "k", "--overlay", "prod"], {
      cwd,
      env: { PATH: cwd },
    });
    expect(json.diagnostics).toMatchObject([
      { code: "kustomize-missing", hint: expect.stringContaining("install kustomize") },
    ]);
  });

  test.skipIf(!hasKubectl)(
    "kustomize: every document that the overlay yields is used (skipped without kustomize or kubectl)",
    async () => {
      const cwd = temporaryFolder();
      mkdirSync(join(cwd, "k/base"), { recursive: true });
      mkdirSync(join(cwd, "k/overlays/prod"), { recursive: true });
      writeFileSync(join(cwd, "k/base/kustomization.yaml"), "resources: [a.yaml, b.yaml]\n");
      writeFileSync(join(cwd, "k/base/a.yaml"), eventbridgeManifest("a"));
      writeFileSync(join(cwd, "k/base/b.yaml"), eventbridgeManifest("b"));
      writeFileSync(
        join(cwd, "k/overlays/prod/kustomization.yaml"),
        "resources: [../../base]\npatches:\n  - target: {kind: Auth0EventStream}\n    patch: |\n      - {op: replace, path: /spec/eventbridgeConfiguration/awsRegion, value: eu-west-1}\n",
      );
      const { json, stderr } = await openmcfJson<
        { metadata: { name: string }; spec: { eventbridgeConfiguration: { awsRegion: string } } }[]
      >(["load", "--kustomize-dir", "k", "--overlay", "prod"], { cwd });
      expect(stderr).toBe("");
      expect(json.map(({ metadata, spec }) => [metadata.name, spec.eventbridgeConfiguration.awsRegion])).toEqual([
        ["a", "eu-west-1"],
        ["b", "eu-west-1"],
      ]);
    },
  );
});

function has(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}
