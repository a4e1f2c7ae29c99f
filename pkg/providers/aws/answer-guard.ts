import { Transform, pipeline } from "node:stream";
import type { Readable } from "node:stream";

/** The largest answer that is read. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body?: unknown;
}

/** What the SDK's middleware hands on. */
type Next = (args: object) => Promise<{ response: unknown }>;

/**
 * Middleware of the SDK, between the wire and what reads an answer. The SDK takes every 2xx without a closer look for
 * success where no content is expected; the page of a proxy must not count as "deleted".
 * @throws Error for a page, and for an answer of more than 16 MiB.
 */
export function guardAnswers(next: Next): Next {
  return async (args) => {
    const result = await next(args);
    const answer = result.response as HttpAnswer;
    if (isPage(answer)) throw new Error(`it answered ${answer.statusCode} with something that AWS does not send`);
    if (isReadable(answer.body)) answer.body = bounded(answer.body);
    return result;
  };
}

/** AWS answers in JSON or XML, and names the request in every answer; some look-alikes of it do only one of both. */
function isPage({ statusCode, headers }: HttpAnswer): boolean {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const isNamed = names.some((name) => /^x-amzn?-request-?id$/.test(name));
  const isData = /json|xml/i.test(headers["content-type"] ?? "");
  return statusCode < 300 && !isNamed && !isData && headers["content-length"] !== "0";
}

function isReadable(body: unknown): body is Readable {
  return typeof body === "object" && body !== null && "pipe" in body;
}

function bounded(body: Readable): Readable {
  let size = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) done(new Error("the answer is larger than 16 MiB"));
      else done(null, chunk);
    },
  });
  return pipeline(body, limit, () => {});
}
