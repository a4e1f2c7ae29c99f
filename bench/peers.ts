import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { run } from "./measure.ts";
import { resetSandbox, serve } from "./scenario.ts";

/** A peer's figure: seconds for the same streams against the same sandbox, or why there is none. */
export interface PeerResult {
  peer: string;
  work: string;
  seconds?: number;
  note?: string;
}

/** Runs the peers that are here on the same work: N webhook streams, against `sandbox serve` over TLS. */
export async function runPeers(folder: string): Promise<PeerResult[]> {
  return [
    ...(await a0deploy(folder, 1)),
    ...(await a0deploy(folder, 100)),
    ...(await pulumi(folder)),
    ...(await openmcf(folder)),
  ];
}

async function a0deploy(folder: string, count: number): Promise<PeerResult[]> {
  const program = resolve("bench/node_modules/auth0-deploy-cli/lib/index.js");
  const work = `create ${count}`;
  if (!existsSync(program)) return [{ peer: "a0deploy", work, note: "not installed (npm ci in bench/)" }];
  resetSandbox(folder);
  const { exports, stop } = await serve(folder);
  const eventStreams = Array.from({ length: count }, (_, index) => ({
    name: `stream-${index + 1}`,
    status: "enabled",
    subscriptions: [{ event_type: "user.created" }, { event_type: "user.deleted" }],
    destination: {
      type: "webhook",
      configuration: {
        webhook_endpoint: `https://hooks.example.com/${index + 1}`,
        webhook_authorization: { method: "bearer", token: `token-${index + 1}` },
      },
    },
  }));
  const input = join(folder, "a0deploy");
  mkdirSync(input, { recursive: true });
  // JSON is YAML.
  writeFileSync(join(input, "tenant.yaml"), JSON.stringify({ eventStreams }));
  writeFileSync(join(input, "config.json"), JSON.stringify({ ...exports, AUTH0_INCLUDED_ONLY: ["eventStreams"] }));
  try {
    const command = [
      process.execPath,
      program,
      "import",
      "-c",
      join(input, "config.json"),
      "-i",
      join(input, "tenant.yaml"),
    ];
    const { ms } = await run(command, { cwd: folder, env: exports });
    return [{ peer: "a0deploy 8.44.0", work, seconds: ms / 1000 }];
  } catch (error) {
    return [{ peer: "a0deploy 8.44.0", work, note: `failed: ${(error as Error).message.slice(0, 300)}` }];
  } finally {
    await stop();
    rmSync(input, { recursive: true, force: true });
  }
}

async function pulumi(folder: string): Promise<PeerResult[]> {
  if (!onPath("pulumi")) return [{ peer: "pulumi", work: "create 1", note: "not on PATH" }];
  resetSandbox(folder);
  const { exports, stop } = await serve(folder);
  const env = {
    ...exports,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const options = { cwd: resolve("."), env };
  try {
    await run(["pulumi", "stack", "init", "bench"], options);
    const { ms } = await run(
      ["pulumi", "up", "--yes", "--skip-preview", "--stack", "bench", "-c", `manifest=${join(folder, "webhook.yaml")}`],
      options,
    );
    return [{ peer: "pulumi up, our program", work: "create 1", seconds: ms / 1000 }];
  } catch (error) {
    return [{ peer: "pulumi", work: "create 1", note: `failed: ${(error as Error).message.slice(0, 300)}` }];
  } finally {
    await stop();
  }
}

async function openmcf(folder: string): Promise<PeerResult[]> {
  if (!onPath("openmcf")) return [{ peer: "openmcf (Go)", work: "validate 1", note: "not on PATH" }];
  const { stdout } = await run(["openmcf", "version"], { cwd: folder });
  if (stdout.includes("auth0-streams"))
    return [{ peer: "openmcf (Go)", work: "validate 1", note: "the openmcf on PATH is ours" }];
  const { ms } = await run(["openmcf", "validate-manifest", join(folder, "webhook.yaml")], { cwd: folder });
  return [{ peer: "openmcf (Go)", work: "validate 1", seconds: ms / 1000 }];
}

function onPath(name: string): boolean {
  // npm puts the project's own commands on PATH; the peer is what is left without them.
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return folders.some((folder) => existsSync(join(folder, name)));
}
