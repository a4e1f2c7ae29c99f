import { TENANT } from "../model.ts";

/** A record of the tenant's log, as streams carry it. */
export interface LogRecord {
  log_id: string;
  data: Record<string, unknown> & { type: string };
}

/** Gives numbers from 0 up to 1: the same for the same seed. */
export type Random = () => number;

/** A small generator of random numbers (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FIRST_NAMES = ["ada", "ben", "chen", "dora", "emil", "fatima", "goran", "hana", "ivan", "june", "kofi", "lena"];
const LAST_NAMES = ["adams", "bauer", "costa", "diaz", "evans", "fischer", "garcia", "hughes", "ito", "jones", "kim"];
const CONNECTIONS = [
  { connection: "Username-Password-Authentication", strategy: "auth0", strategy_type: "database" },
  { connection: "Username-Password-Authentication", strategy: "auth0", strategy_type: "database" },
  { connection: "google-oauth2", strategy: "google-oauth2", strategy_type: "social" },
  { connection: "acme-saml", strategy: "samlp", strategy_type: "enterprise" },
] as const;
const CLIENTS = ["Web Shop", "Mobile App", "Back Office"];
const AGENTS = [
  "Chrome 126.0.0 / Mac OS X 10.15.7",
  "Chrome 126.0.0 / Windows 10.0.0",
  "Mobile Safari 17.5.0 / iOS 17.5.1",
  "Firefox 127.0.0 / Ubuntu 0.0.0",
];

/** Types that are about the tenant or an API client, not about a person. */
const WITHOUT_PERSON = /^(sapi|fapi|mgmt_api_read|seccft|feccft|api_limit.*|limit_.*|depnote|coff|con|admin_.*)$/;

/**
 * Makes a record of a type, as of a person out of `people`. The fields are those of the records that Auth0 shows; what a
 * type adds in `details` is made up.
 * @param what the type's code, and its description in words.
 */
export function logRecord(
  what: { code: string; title: string },
  { random, people, number, at }: { random: Random; people: number; number: number; at: Date },
): LogRecord {
  const client = Math.floor(random() * CLIENTS.length);
  const log_id = `900${compact(at)}${String(number).padStart(34, "0")}`;
  const isFailure = what.code.startsWith("f") || what.title.startsWith("Fail");
  const data = {
    date: at.toISOString(),
    type: what.code,
    description: isFailure ? what.title : "",
    client_id: `client${client}${"x".repeat(25)}`,
    client_name: CLIENTS[client],
    ip: `203.0.113.${1 + Math.floor(random() * 254)}`,
    user_agent: pick(AGENTS, random),
    details: isFailure ? { error: { message: what.title } } : {},
    hostname: `${TENANT}.localhost`,
    tenant_name: TENANT,
    ...(WITHOUT_PERSON.test(what.code) ? { user_id: "", user_name: "" } : person(random, people)),
    log_id,
  };
  return { log_id, data };
}

function person(random: Random, people: number): Record<string, unknown> {
  const number = Math.floor(random() * people);
  const first = FIRST_NAMES[number % FIRST_NAMES.length] ?? "";
  const last = LAST_NAMES[Math.floor(number / FIRST_NAMES.length) % LAST_NAMES.length] ?? "";
  // A person always comes by the same connection.
  const { connection, strategy, strategy_type } = CONNECTIONS[number % CONNECTIONS.length] ?? CONNECTIONS[0];
  return {
    connection,
    connection_id: `con_${strategy.padEnd(16, "0").slice(0, 16)}`,
    user_id: `${strategy}|${String(number).padStart(24, "0")}`,
    user_name: `${first}.${last}${number}@example.com`,
    strategy,
    strategy_type,
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** `20260101120000000`. */
function compact(at: Date): string {
  return at.toISOString().replaceAll(/\D/g, "");
}
