import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { MAX_BYTES } from "./decode-text.ts";

const TIMEOUT_MS = 15_000;
const MAX_REDIRECTS = 5;

/** Why a URL gives no manifest. */
class UrlProblem extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Reads a manifest from a URL, up to {@link MAX_BYTES}. Redirects are followed to `https` only. */
export async function readUrl(url: string): Promise<Uint8Array | Diagnostic> {
  try {
    const response = await request(url);
    if (!response.ok) throw new UrlProblem(`answered ${response.status} ${response.statusText}`.trim());
    return await bodyOf(response);
  } catch (error) {
    const hint = error instanceof UrlProblem ? error.hint : undefined;
    return diagnostic("url-unreachable", `${withoutSecrets(url)} ${reasonOf(error)}`, {
      file: withoutSecrets(url),
      ...(hint ? { hint } : {}),
    });
  }
}

/** A URL without its query and credentials, which may be secret. */
export function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : url.replace(/[?#].*$/s, "");
}

async function request(url: string): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let at = url;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const response = await fetch(at, { signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const target = URL.parse(location, at);
    if (target?.protocol !== "https:") throw new UrlProblem(...notHttps(target));
    at = target.href;
  }
  throw new UrlProblem(`redirects more than ${MAX_REDIRECTS} times`);
}

function notHttps(target: URL | null): [string, string] {
  const where = target ? withoutSecrets(target.href) : "something that is no URL";
  return [`redirects to ${where}, which is not https`, "give the address of the manifest itself"];
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    // Leaving the loop cancels the rest of the answer.
    if (size > MAX_BYTES) throw new UrlProblem(`gives more than ${MAX_BYTES >> 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (error instanceof UrlProblem) return error.message;
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === "TimeoutError") return `did not answer within ${TIMEOUT_MS / 1000} seconds`;
  return `cannot be reached: ${cause?.code ?? "no connection"}`;
}
