import { randomBytes } from "node:crypto";

/** A stream as the sandbox keeps it: what the API answers, with the secrets that it does not answer. */
export interface Stream {
  id: string;
  status: "enabled" | "disabled";
  name: string;
  subscriptions: { event_type: string }[];
  created_at: string;
  updated_at: string;
  destination: { type: string; configuration: Record<string, unknown> };
  /** Deliveries that failed, in a row and in all, for the automatic disabling. */
  failures: { consecutive: number; total: number };
}

/** An attempt to deliver an event. */
interface Attempt {
  status: "success" | "failed" | "retrying";
  timestamp: string;
  error_message?: string;
  /** Milliseconds. */
  duration?: number;
}

/** An event on its way to one stream. */
export interface Delivery {
  id: string;
  event_stream_id: string;
  event_type: string;
  status: "pending" | "success" | "failed";
  attempts: Attempt[];
  event: Record<string, unknown>;
}

/** The sandbox's tenant. */
export const TENANT = "sandbox";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

let pool = randomBytes(0);
let used = 0;

/** A random byte. They are fetched many at a time: a call of the system for each id would be most of making an event. */
function randomByte(): number {
  if (used >= pool.length) [pool, used] = [randomBytes(8192), 0];
  return pool[used++] ?? 0;
}

/** An id of Auth0's form: a prefix and 22 letters and digits. */
export function newId(prefix: "est" | "evt"): string {
  let id = `${prefix}_`;
  for (let count = 0; count < 22; count += 1) id += ALPHABET[randomByte() % ALPHABET.length];
  return id;
}

/** A stream as the API answers it: keys in the recorded order, without what is write-only. */
export function answerOf({ id, status, name, subscriptions, created_at, updated_at, destination }: Stream): object {
  return { id, status, name, subscriptions, created_at, updated_at, destination: shownDestination(destination) };
}

function shownDestination({ type, configuration }: Stream["destination"]): object {
  if (type === "eventbridge") {
    const { aws_region, aws_account_id, aws_partner_event_source } = configuration;
    return { type, configuration: { aws_region, aws_account_id, aws_partner_event_source } };
  }
  if (type !== "webhook") return { type, configuration };
  const { webhook_endpoint, webhook_authorization } = configuration;
  const { password: _p, token: _t, header_value: _h, ...shown } = webhook_authorization as Record<string, unknown>;
  const { method, ...rest } = shown;
  return { type, configuration: { webhook_endpoint, webhook_authorization: { method, ...rest } } };
}
