type Protocol = "json" | "query" | "rest";

/** A call of one operation, whatever protocol it came by. @typeParam Input the SDK's input of the operation. */
export interface AwsCall<Input = Record<string, unknown>> {
  /** As in the credential scope: `events`, `sqs`, `sns`, `logs`, `lambda`, `iam`, `sts`. */
  service: string;
  operation: string;
  account: string;
  region: string;
  /** What a client sent: the names are the SDK's, the values may be anything. */
  params: { [Name in keyof Input]?: unknown };
  protocol: Protocol;
  /** `http://host:port`, for URLs of queues. */
  origin: string;
}

/** A refusal in AWS's form. */
export class AwsFault extends Error {
  override name = "AwsFault";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A map that XML writes as `<entry>` elements. */
export class XmlMap {
  readonly entries: Record<string, string>;

  constructor(entries: Record<string, string>) {
    this.entries = entries;
  }
}

/** The account of credentials that do not name one. */
export const DEFAULT_ACCOUNT = "123456789012";
