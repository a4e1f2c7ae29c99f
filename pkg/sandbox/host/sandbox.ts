import { readFileSync } from "node:fs";
import { livenessOf } from "../../processes/index.ts";
import type { ProcessIdentity } from "../../processes/index.ts";
import { Auth0Api } from "../auth0/api.ts";
import { Deliverer } from "../auth0/deliver.ts";
import { inboxOf } from "../auth0/inbox.ts";
import type { Arrival, ArrivalCount } from "../auth0/inbox.ts";
import type { LogStream } from "../auth0/log-streams/model.ts";
import { answerOf } from "../auth0/model.ts";
import { openCloud } from "../aws/open-cloud.ts";
import { provide } from "../aws/provide.ts";
import { inventoryOf } from "../aws/inventory.ts";
import type { Inventory } from "../aws/inventory.ts";
import { targetInbox } from "../aws/eventbridge/index.ts";
import type { TargetArrival, TargetCount } from "../aws/eventbridge/index.ts";
import { TenantStore } from "../auth0/store.ts";
import { injectorFor } from "./faults.ts";
import type { FaultInjector, Faults } from "./faults.ts";
import { SandboxFolder } from "./folder.ts";
import { requestLog } from "./request-log.ts";
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
  /** Where AWS's services are played: `http://127.0.0.1:port`. */
  awsEndpoint(): Promise<string>;
  /** Makes the queues, topics, log groups and functions that the account of a user would have. */
  provide(arns: readonly string[]): Promise<void>;
  /** What exists, and what arrived where. */
  status(): SandboxStatus;
  close(): Promise<void>;
}

/** What exists in a sandbox, and what arrived where. */
interface SandboxStatus {
  streams: object[];
  /** Log streams: what names them, and how they are. No sink, for it holds secrets. */
  logStreams: Pick<LogStream, "id" | "name" | "type" | "status">[];
  counts: ArrivalCount[];
  /** The latest. */
  arrivals: Arrival[];
  aws: Inventory;
  targetCounts: TargetCount[];
  /** The latest. */
  targetArrivals: TargetArrival[];
  requests: number;
}

/** What `sandbox serve` leaves in the folder while it runs. */
export interface ServerNote extends ProcessIdentity {
  httpPort: number;
}

/** How many arrivals are listed; all are counted. */
const LISTED = 1000;

/** A server within a command has another port each time. */
const ORIGIN = "http://sandbox.localhost";

/** Opens the sandbox in a folder. Nothing is made or started before it is needed. */
export function openSandbox(path: string, faults: readonly Faults[] = []): Sandbox {
  const folder = new SandboxFolder(path);
  let running: Promise<RunningServer> | undefined;
  const port = async (): Promise<number> =>
    servedPort(folder) ?? (await (running ??= startServer(folder, injectorFor(folder, faults), {}, ORIGIN))).port;
  return {
    folder,
    access: async () => {
      const { clientId, clientSecret } = folder.credentials();
      return { domain: "sandbox.localhost", clientId, clientSecret, baseUrl: `http://127.0.0.1:${await port()}` };
    },
    awsEndpoint: async () => `http://127.0.0.1:${await port()}`,
    provide: (arns) => provide(openCloud(folder, injectorFor(folder, faults)), arns),
    status: () => {
      const store = new TenantStore(folder);
      const [inbox, targets] = [inboxOf(folder), targetInbox(folder)];
      return {
        streams: [...store.streams.values()].map(answerOf),
        logStreams: [...store.logStreams.values()].map(({ id, name, type, status }) => ({ id, name, type, status })),
        counts: Object.values(inbox.sum()),
        arrivals: inbox.last(LISTED),
        aws: inventoryOf(openCloud(folder, injectorFor(folder, []), store)),
        targetCounts: Object.values(targets.sum()),
        targetArrivals: targets.last(LISTED),
        requests: requestLog(folder).sum(),
      };
    },
    close: async () => {
      await (await running)?.close();
    },
  };
}

/** Starts the APIs on loopback HTTP (or HTTPS) over a folder's data. */
export async function startServer(
  folder: SandboxFolder,
  faults: FaultInjector,
  options: Parameters<typeof listen>[1] = {},
  origin?: string,
): Promise<RunningServer> {
  const store = new TenantStore(folder);
  const aws = openCloud(folder, faults, store);
  const deliverer = new Deliverer(store, folder, aws);
  const auth0 = new Auth0Api(
    store,
    folder.credentials(),
    (stream, delivery) => void deliverer.deliver(stream, [delivery]),
  );
  return listen({ auth0, aws, faults, requests: requestLog(folder), ...(origin ? { origin } : {}) }, options);
}

/** The plain HTTP port of a `sandbox serve` that runs for this folder. */
function servedPort(folder: SandboxFolder): number | undefined {
  try {
    const note = JSON.parse(readFileSync(folder.file("server.json"), "utf8")) as ServerNote;
    return livenessOf(note, folder.path) === "alive" ? note.httpPort : undefined;
  } catch {
    return undefined;
  }
}
