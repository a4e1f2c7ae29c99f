import type { LogRecord } from "./records.ts";

/**
 * A batch as an `http` sink gets it: a record a line, or one JSON document. Of `JSONOBJECT` no capture is known; here the
 * records are in `logs`.
 * @param format the sink's `httpContentFormat`; Auth0's default is `JSONLINES`.
 */
export function batchBody(records: readonly LogRecord[], format: unknown): string {
  if (format === "JSONARRAY") return JSON.stringify(records);
  if (format === "JSONOBJECT") return JSON.stringify({ logs: records });
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** Headers of a post: those of the sink, its authorization as it is. */
export function batchHeaders(sink: Record<string, unknown>): Record<string, string> {
  const { httpContentType, httpAuthorization, httpCustomHeaders } = sink;
  const custom = (httpCustomHeaders ?? []) as { header: string; value: string }[];
  return {
    "content-type": typeof httpContentType === "string" ? httpContentType : "application/json",
    ...(typeof httpAuthorization === "string" && httpAuthorization !== "" ? { authorization: httpAuthorization } : {}),
    ...Object.fromEntries(custom.map(({ header, value }) => [header.toLowerCase(), value])),
  };
}
