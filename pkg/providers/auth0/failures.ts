import * as z from "zod/mini";
import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { scrub } from "../../values/index.ts";
import type { Answer, NoAnswer } from "./transport.ts";
import { wireError } from "./wire.ts";
import type { WireError } from "./wire.ts";

/** A longer text of an API is cut. */
const MAX_MESSAGE = 1000;

/**
 * No answer came that the Management API could have given: none at all, one of a proxy, one that is no JSON or lacks
 * what it must have. Whether the request had its effect is not known.
 */
export class UnknownOutcome extends RemoteFailure {
  override name = "UnknownOutcome";

  /** @param what method and path of the request. */
  constructor(what: string, why: string) {
    super(diagnostic("operation-failed", `no usable answer came to ${what}: ${why}`));
  }
}

/** The API refused a request. */
export class ApiError extends RemoteFailure {
  override name = "ApiError";
  /** HTTP status, 400 or more. */
  readonly status: number;
  /** Whether the API itself says that there is no such thing; a proxy's 404 says nothing. */
  readonly isOwnNotFound: boolean;

  constructor(status: number, problem: Diagnostic, isOwnNotFound = false) {
    super(problem);
    this.status = status;
    this.isOwnNotFound = isOwnNotFound;
  }
}

/** Whether the API itself says that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.isOwnNotFound;
}

/**
 * The JSON of an answer, as the schema has it.
 * @param what method and path of the request.
 * @throws UnknownOutcome that says which part is wrong, and never what stood there.
 */
export function parsed<T extends z.ZodMiniType>(schema: T, what: string, { status, body }: Answer): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new UnknownOutcome(what, `it answered ${status} with ${body === "" ? "no body" : "a body that is not JSON"}`);
  }
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.length ? issue.path.map(String).join(".") : "the whole body";
  throw new UnknownOutcome(what, `it answered ${status}, and ${place} is not as the API's documentation has it`);
}

/** The body of an error answer, as far as it is one of the API's own. */
function errorBodyOf({ body }: Answer): WireError {
  try {
    const result = z.safeParse(wireError, JSON.parse(body));
    return result.success ? result.data : {};
  } catch {
    return {};
  }
}

/**
 * What an error answer means to a person.
 * @param what method and path of the request.
 * @param secrets texts that the answer may repeat and no message may show.
 * @param after what was tried, if that matters.
 */
export function apiError(what: string, answer: Answer, secrets: readonly string[], after = ""): ApiError {
  const { status, headers } = answer;
  const body = errorBodyOf(answer);
  const id = headers["x-auth0-requestid"] ?? headers["x-request-id"];
  const text = scrub(body.message ?? body.error_description ?? body.error ?? "no message", secrets);
  const details = [what, after, id && `request ${String(id)}`].filter(Boolean).join(", ");
  const hint = hintFor(status, what, body);
  const problem = diagnostic(
    "operation-failed",
    `Auth0 answered ${status}: ${text.slice(0, MAX_MESSAGE)} (${details})`,
    hint === undefined ? {} : { hint: scrub(hint, secrets) },
  );
  return new ApiError(status, problem, status === 404 && body.statusCode === 404);
}

/** The tenant gave no answer to any try. */
export function unreachable(domain: string, what: string, problem: NoAnswer, tries: number): RemoteFailure {
  const hint = /certificate/.test(problem.message)
    ? "for a private CA, export NODE_EXTRA_CA_CERTS with the path of its certificate"
    : "check AUTH0_DOMAIN and the network";
  const message = `${domain} cannot be reached: ${problem.message} (${what}, ${tries} tries)`;
  return new RemoteFailure(diagnostic("operation-failed", message, { hint }));
}

function hintFor(status: number, what: string, { errorCode, message = "" }: WireError): string | undefined {
  if (what === TOKEN_REQUEST)
    return "check the domain, client id and client secret, and that the application is authorized for the Management API";
  if (status === 401)
    return "the token is not valid for this tenant; check AUTH0_API_TOKEN or the client's credentials";
  if (errorCode === "insufficient_scope")
    return `grant the application ${message.split(": ").at(-1) ?? "the scope"} on the Management API`;
  if (what === "POST /api/v2/log-streams" && (status === 409 || errorCode === "insufficient_entitlement"))
    return "a tenant may have only so many log streams (as few as two): remove one, set isPriority for security logs (not counted), or send one stream to a receiver with many sinks";
  if (status === 409) return "a stream of that name exists: adopt it with openmcf import, or choose another name";
  if (status === 429) return "the tenant's rate limit is used up; try again later or with a lower --parallel";
  return undefined;
}

/** How requests for a token are called in messages. */
export const TOKEN_REQUEST = "POST /oauth/token";
