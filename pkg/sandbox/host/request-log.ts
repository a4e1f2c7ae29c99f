import { EventLog } from "./event-log.ts";
import type { SandboxFolder } from "./folder.ts";

/** The sandbox's own record of a request: a line of `.sandbox/requests.jsonl`. Bodies are left out: they hold secrets. */
export interface RequestRecord {
  at: string;
  /** HTTP method, or the operation of an AWS request. */
  method: string;
  /** Path, or the service of an AWS request. */
  path: string;
  /** 0 when the connection was cut or nothing was answered. */
  status: number;
  /** `name` of the body, for creates and updates. */
  name?: string;
  fault?: string;
}

/** All requests, and how many there were. */
export type RequestLog = EventLog<RequestRecord, number>;

/** Opens the record of a sandbox's requests. */
export function requestLog(folder: SandboxFolder): RequestLog {
  return new EventLog<RequestRecord, number>(folder, "requests", { start: () => 0, add: (count) => count + 1 });
}
