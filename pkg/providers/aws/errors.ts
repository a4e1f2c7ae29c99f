import { InvalidInput, RemoteFailure, diagnostic } from "../../diagnostics/index.ts";

/** AWS refused, or could not be reached. */
export class AwsError extends RemoteFailure {
  override name = "AwsError";
  /** AWS's code, e.g. `ResourceNotFoundException`; `""` when there was no answer. */
  readonly awsCode: string;
  /** HTTP status; absent without an answer, so that an operation's outcome stays open. */
  declare readonly status?: number;

  constructor(problem: RemoteFailure["diagnostic"], awsCode: string, status: number | undefined) {
    super(problem);
    this.awsCode = awsCode;
    if (status !== undefined) this.status = status;
  }
}

/** Whether AWS refused with one of these codes. */
export function isAwsError(error: unknown, ...codes: readonly string[]): error is AwsError {
  return error instanceof AwsError && codes.includes(error.awsCode);
}

/** Codes of "there is no such thing", over all services. */
export const NOT_FOUND = [
  "ResourceNotFoundException",
  "NoSuchEntity",
  "NoSuchEntityException",
  "QueueDoesNotExist",
  "NotFound",
  "NotFoundException",
] as const;

const ACCESS_DENIED = /AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized/;
const BAD_CREDENTIALS =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|RequestExpired/;

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/**
 * What an SDK error means to a person. @param action IAM action of the request, e.g. `events:PutRule`.
 * @returns InvalidInput for credentials that are missing or do not work.
 */
export function asAwsError(error: unknown, action: string, region: string): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { name, message, $metadata: { httpStatusCode: status, requestId } = {} } = error as SdkError;
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
  const code = status === undefined ? "" : name;
  const reference = requestId === undefined ? "" : ` (request ${requestId})`;
  const said = status === undefined ? `no answer: ${message || name}` : `${name}: ${message}${reference}`;
  const hint = ACCESS_DENIED.test(name)
    ? { hint: `the credentials need ${action}; docs/eventbridge.md has the whole policy` }
    : {};
  return new AwsError(diagnostic("operation-failed", `${action} in ${region}: ${said}`, hint), code, status);
}
