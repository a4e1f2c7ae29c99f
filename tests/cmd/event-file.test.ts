import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEventFile } from "../../cmd/openmcf/event-file.ts";
import { InvalidInput } from "../../pkg/diagnostics/index.ts";
import type { EngineEvent } from "../../pkg/engine/index.ts";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const event: EngineEvent = { kind: "progress", urn: "urn:x", message: "waiting" };

async function aManifest(): Promise<Manifest> {
  const manifests = ["manifests/user-lifecycle.yaml"];
  const loaded = await loadManifests({ manifests, set: [], strict: false, absent: "defer", env: {} });
  const [manifest] = loaded.manifests;
  if (!manifest) throw new Error("no manifest");
  return manifest;
}

test("progress is written as JSON lines that name their manifest", async () => {
  const path = join(temporaryFolder(), "events");
  const events = openEventFile(path);
  events.write(await aManifest(), event);
  events.write(await aManifest(), event);
  expect(events.close()).toBeUndefined();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    { time: expect.any(String), manifest: expect.stringMatching(/^Auth0EventStream\//), ...event },
    { time: expect.any(String), manifest: expect.stringMatching(/^Auth0EventStream\//), ...event },
  ]);
});

test.runIf(existsSync("/dev/full"))("a full disk does not stop the run: one warning at its end", async () => {
  const events = openEventFile("/dev/full");
  const manifest = await aManifest();
  for (let count = 0; count < 3; count += 1) events.write(manifest, event);
  expect(events.close()).toMatchObject({
    code: "file-unwritable",
    severity: "warning",
    message: "/dev/full cannot be written (ENOSPC): events from here on are missing",
  });
});

test("a file that cannot be opened ends the command before anything is begun", () => {
  expect(() => openEventFile(join(temporaryFolder(), "no/such/folder"))).toThrow(InvalidInput);
});
