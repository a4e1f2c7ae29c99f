import { InvalidInput, RemoteFailure, diagnostic } from "../../diagnostics/index.ts";

/** AWS refused, or could not be reached. */
export class AwsError extends RemoteFailure {
  override name = "AwsError";
  /** AWS's code, e.g. `ResourceNotFoundException`; `""` when there was no answer of AWS. */
  readonly awsCode: string;
  /** HTTP status of a refusal; absent without one, so that an operation's outcome stays open. */
  declare readonly status?: number;
  /** How often the SDK sent the request. */
  readonly attempts: number;

  constructor(problem: RemoteFailure["diagnostic"], awsCode: string, status: number | undefined, attempts = 1) {
    super(problem);
    this.awsCode = awsCode;
    this.attempts = attempts;
    if (status !== undefined) this.status = status;
  }

  /** The same, with what to do about it. */
  withHint(hint: string): AwsError {
    return new AwsError({ ...this.diagnostic, hint }, this.awsCode, this.status, this.attempts);
  }
}

/** What is at AWS forbids the operation. Nothing was changed, as after a refusal of AWS. */
export class Refusal extends RemoteFailure {
  override name = "Refusal";
  readonly status = 409;

  constructor(message: string, hint: string) {
    super(diagnostic("operation-failed", message, { hint }));
  }
}

/** Whether AWS refused with one of these codes. */
export function isAwsError(error: unknown, ...codes: readonly string[]): error is AwsError {
  return error instanceof AwsError && codes.includes(error.awsCode);
}

/** Codes of "there is no such thing", over all services. */
const NOT_FOUND = [
  "ResourceNotFoundException",
  "NoSuchEntity",
  "NoSuchEntityException",
  "QueueDoesNotExist",
  "NotFound",
  "NotFoundException",
] as const;

/** Whether AWS says that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return isAwsError(error, ...NOT_FOUND);
}

/** The work's result; `undefined` when AWS says that there is no such thing. */
export async function undefinedIfMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * A part that an answer must have.
 * @param what action and member, e.g. `events:CreateEventBus EventBusArn`.
 * @throws RemoteFailure when it is absent: what answered was not AWS, or AWS has changed.
 */
export function answered<T>(value: T | undefined, what: string): T {
  if (value === undefined || value === null) throw unexpected(`the answer has no ${what}`);
  return value;
}

/** The value of a JSON text that AWS gave. @param what action and member, for the message. @throws RemoteFailure */
export function answeredJson(text: string | undefined, what: string): unknown {
  try {
    return JSON.parse(answered(text, what));
  } catch {
    throw unexpected(`${what} is not JSON`);
  }
}

/** A policy document as IAM gives it, percent-encoded. @throws RemoteFailure */
export function answeredDocument(text: string | undefined, what: string): string {
  try {
    return decodeURIComponent(answered(text, what));
  } catch {
    throw unexpected(`${what} is not a percent-encoded text`);
  }
}

function unexpected(why: string): RemoteFailure {
  return new RemoteFailure(diagnostic("operation-failed", `AWS gave no usable answer: ${why}`));
}

const ACCESS_DENIED = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/;
const BAD_CREDENTIALS =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|RequestExpired/;

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
}

/**
 * What an SDK error means to a person. @param action IAM action of the request, e.g. `events:PutRule`.
 * @returns InvalidInput for credentials that are missing or do not work.
 */
export function asAwsError(error: unknown, action: string, region: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { name, message, $metadata: { httpStatusCode, requestId, attempts } = {} } = error as SdkError;
  if (name === "CredentialsProviderError" || name === "TokenProviderError")
    return new InvalidInput(
      diagnostic("missing-credentials", `AWS credentials are missing: ${message.split("\n")[0]}`, {
        hint: "log in (aws sso login), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; --sandbox needs none",
      }),
    );
  if (BAD_CREDENTIALS.test(name))
    return new InvalidInput(
      diagnostic("missing-credentials", `AWS does not take the credentials (${name}): ${message}`, {
        hint: "log in again, or check the clock and AWS_PROFILE",
      }),
    );
  // An answer below 400 that could not be read is not AWS's word.
  const status = httpStatusCode !== undefined && httpStatusCode >= 400 ? httpStatusCode : undefined;
  const reference = requestId === undefined ? "" : ` (request ${requestId})`;
  const said = status === undefined ? `no answer: ${message || name}` : `${name}: ${message}${reference}`;
  const hint = ACCESS_DENIED.test(name)
    ? { hint: `the credentials need ${action}; docs/eventbridge.md has the whole policy` }
    : {};
  const problem = diagnostic("operation-failed", `${action} in ${region}: ${said}`, hint);
  return new AwsError(problem, status === undefined ? "" : name, status, attempts);
}
