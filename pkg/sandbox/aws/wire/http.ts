/** An HTTP request of an AWS client. */
export interface AwsHttpRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
  /** `http://host:port`, for URLs of queues. */
  origin: string;
}

/** What is answered. */
export interface AwsHttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** Whether a request is one of an AWS client: signed with version 4. */
export function isAwsRequest(headers: AwsHttpRequest["headers"]): boolean {
  return String(headers["authorization"] ?? "").startsWith("AWS4-HMAC-SHA256");
}
