import { randomInt, randomUUID } from "node:crypto";
import { TENANT } from "../model.ts";

/** A log stream as the sandbox keeps it, with every secret. */
export interface LogStream {
  id: string;
  name: string;
  type: string;
  /** `suspended` is set by Auth0 alone. */
  status: "active" | "paused" | "suspended";
  sink: Record<string, unknown>;
  filters: Filter[];
  isPriority: boolean;
  pii_config?: PiiConfig;
  created_at: string;
}

/** A category of logs that a stream gets. */
export interface Filter {
  type: "category";
  name: string;
}

/** What is done to personal data. */
export interface PiiConfig {
  log_fields: string[];
  method: "mask" | "hash";
  algorithm: "xxhash";
}

/** The filters of a stream with priority, whatever was asked for (recorded). */
export const PRIORITY_FILTERS: readonly Filter[] = [{ type: "category", name: "security" }];

/** An id of Auth0's form: `lst_` and 16 digits. */
export function newLogStreamId(): string {
  return `lst_${String(randomInt(1, 2 ** 47)).padStart(16, "0")}`;
}

/** What Auth0 adds to a sink when it makes it: the partner event source, or the partner topic. */
export function madeFor(type: string): Record<string, string> {
  if (type === "eventbridge")
    return { awsPartnerEventSource: `aws.partner/auth0.com/${TENANT}-${randomUUID()}/auth0.logs` };
  if (type === "eventgrid")
    return { azurePartnerTopic: `azure.partner/auth0.com/${TENANT}-${randomUUID()}/auth0.logs` };
  return {};
}

/** A stream as the API answers it: secrets in clear, save Mixpanel's password (recorded); keys in the recorded order. */
export function shownLogStream({ id, name, type, status, sink, filters, isPriority, pii_config }: LogStream): object {
  const masked = "mixpanelServiceAccountPassword" in sink ? { mixpanelServiceAccountPassword: "********" } : {};
  return {
    id,
    name,
    type,
    status,
    sink: { ...sink, ...masked },
    ...(filters.length > 0 ? { filters } : {}),
    isPriority,
    ...(pii_config ? { pii_config } : {}),
  };
}
