import { existsSync, readFileSync } from "node:fs";
import { Auth0Api } from "./auth0/api.ts";
import { Deliverer } from "./auth0/deliver.ts";
import type { Arrival } from "./auth0/deliver.ts";
import { answerOf } from "./auth0/model.ts";
import { TenantStore } from "./auth0/store.ts";
import { FaultInjector, mergeFaults } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { SandboxFolder } from "./folder.ts";
import { listen } from "./server.ts";
import type { RunningServer } from "./server.ts";

/** How to reach the sandbox's tenant: the fields of Auth0 credentials. */
interface SandboxAccess {
  domain: string;
  clientId: string;
  clientSecret: string;
  baseUrl: string;
}

/** A sandbox in a folder. */
export interface Sandbox {
  folder: SandboxFolder;
  /** Starts the server in this process, unless `sandbox serve` runs for this folder; gives the way to it. */
  access(): Promise<SandboxAccess>;
  /** Streams that exist, and what arrived where. */
  status(): { streams: object[]; arrivals: Arrival[]; requests: number };
  close(): Promise<void>;
}

/** What `sandbox serve` leaves in the folder while it runs. */
export interface ServerNote {
  pid: number;
  httpPort: number;
}

/** Opens the sandbox in a folder. Nothing is made or started before it is needed. */
export function openSandbox(path: string, faults: readonly Faults[] = []): Sandbox {
  const folder = new SandboxFolder(path);
  let running: Promise<RunningServer> | undefined;
  return {
    folder,
    access: async () => {
      const { clientId, clientSecret } = folder.credentials();
      const served = servedPort(folder);
      const port = served ?? (await (running ??= startServer(folder, injectorFor(folder, faults)))).port;
      return { domain: "sandbox.localhost", clientId, clientSecret, baseUrl: `http://127.0.0.1:${port}` };
    },
    status: () => {
      const store = new TenantStore(folder);
      return {
        streams: [...store.streams.values()].map(answerOf),
        arrivals: folder.records<Arrival>("inbox.jsonl"),
        requests: folder.records("requests.jsonl").length,
      };
    },
    close: async () => {
      await (await running)?.close();
    },
  };
}

/** Starts the API on loopback HTTP (or HTTPS) over a folder's data. */
export async function startServer(
  folder: SandboxFolder,
  faults: FaultInjector,
  options: Parameters<typeof listen>[3] = {},
): Promise<RunningServer> {
  const store = new TenantStore(folder);
  const deliverer = new Deliverer(store, folder);
  const api = new Auth0Api(store, folder.credentials(), (stream, delivery) => void deliverer.deliver(stream, delivery));
  return listen(api, faults, folder, options);
}

/** The faults asked for: those of `.sandbox/faults.json`, then those given. */
export function injectorFor(folder: SandboxFolder, given: readonly Faults[]): FaultInjector {
  const path = folder.file("faults.json");
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Faults) : {};
  return new FaultInjector(mergeFaults([kept, ...given]));
}

/** The plain HTTP port of a `sandbox serve` that runs for this folder. */
function servedPort(folder: SandboxFolder): number | undefined {
  try {
    const note = JSON.parse(readFileSync(folder.file("server.json"), "utf8")) as ServerNote;
    process.kill(note.pid, 0);
    return note.httpPort;
  } catch {
    return undefined;
  }
}
