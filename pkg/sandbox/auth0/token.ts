import { createHmac, timingSafeEqual } from "node:crypto";
import type { SandboxCredentials } from "../host/folder.ts";
import { ApiFault } from "./errors.ts";
import type { ApiAnswer } from "./errors.ts";

const LIFETIME_S = 86_400;

/** `POST /oauth/token`: form or JSON, credentials in the body or as HTTP Basic. Errors have OAuth's form. */
export function grantToken(
  body: string,
  authorization: string | undefined,
  credentials: SandboxCredentials,
): ApiAnswer {
  const given = readGrant(body, authorization);
  if (given["grant_type"] !== "client_credentials") {
    return { status: 403, body: { error: "unsupported_grant_type", error_description: "Unsupported grant type" } };
  }
  if (given["client_id"] !== credentials.clientId || given["client_secret"] !== credentials.clientSecret) {
    return { status: 401, body: { error: "access_denied", error_description: "Unauthorized" } };
  }
  const scope = credentials.scopes.join(" ");
  const now = Math.floor(Date.now() / 1000);
  const access_token = sign(
    { sub: `${credentials.clientId}@clients`, iat: now, exp: now + LIFETIME_S, scope, gty: "client-credentials" },
    credentials.signingKey,
  );
  return { status: 200, body: { access_token, scope, expires_in: LIFETIME_S, token_type: "Bearer" } };
}

/** Checks a bearer token and one of its scopes. @throws ApiFault 401 or 403. */
export function authorize(
  authorization: string | undefined,
  anyOf: readonly string[],
  credentials: SandboxCredentials,
): void {
  const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  const claims = token === undefined ? undefined : verify(token, credentials.signingKey);
  if (!claims || claims.exp < Date.now() / 1000) throw new ApiFault(401, "Invalid token.");
  const scopes = claims.scope.split(" ");
  if (!anyOf.some((scope) => scopes.includes(scope))) {
    throw new ApiFault(403, `Insufficient scope, expected any of: ${anyOf.join(",")}`, "insufficient_scope");
  }
}

function readGrant(body: string, authorization: string | undefined): Record<string, unknown> {
  let given: Record<string, unknown>;
  try {
    const value = JSON.parse(body) as unknown;
    given = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    given = Object.fromEntries(new URLSearchParams(body));
  }
  const basic = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (!basic) return given;
  const [id = "", ...secret] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return { ...given, client_id: decoded(id), client_secret: decoded(secret.join(":")) };
}

/** A percent-encoded text; one that is not is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Claims {
  sub: string;
  iat: number;
  exp: number;
  scope: string;
  gty: string;
}

function sign(claims: Claims, key: string): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${body}.${mac(body, key)}`;
}

function verify(token: string, key: string): Claims | undefined {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const expected = Buffer.from(mac(`${header}.${payload}`, key));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Claims;
}

function mac(body: string, key: string): string {
  return createHmac("sha256", key).update(body).digest("base64url");
}
