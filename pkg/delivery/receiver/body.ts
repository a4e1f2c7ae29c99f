import { isAscii, isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

/** Why a body cannot be used; the status says it to the client. */
export interface BodyProblem {
  status: 400 | 413 | 415 | 503;
  reason: "too-large" | "unsupported-encoding" | "unsupported-type" | "malformed" | "cut-off";
}

/** Bytes of a body, on the wire and unpacked. */
export interface BodyLimits {
  maxBodyBytes: number;
  maxUnpackedBytes: number;
}

const UNPACK: Readonly<Record<string, (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** A body that arrives in one piece is one buffer, and most do. */
function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer | BodyProblem> {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes)
    return Promise.resolve({ status: 413, reason: "too-large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else resolve({ status: 413, reason: "too-large" });
    });
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on("close", () => resolve({ status: 503, reason: "cut-off" }));
    request.on("error", () => resolve({ status: 503, reason: "cut-off" }));
  });
}

/** The body as text. What is packed is unpacked up to the limit and no further. */
export async function textOf(request: IncomingMessage, limits: BodyLimits): Promise<string | BodyProblem> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const unpack = UNPACK[encoding];
  if (!unpack && encoding !== "identity" && encoding !== "") return { status: 415, reason: "unsupported-encoding" };
  if (!isText(request.headers["content-type"])) return { status: 415, reason: "unsupported-type" };
  const bytes = await readBytes(request, limits.maxBodyBytes);
  if ("status" in bytes) return bytes;
  try {
    const plain = unpack ? await unpack(bytes, { maxOutputLength: limits.maxUnpackedBytes }) : bytes;
    if (!isUtf8(plain)) return { status: 400, reason: "malformed" };
    return plain.toString(isAscii(plain) ? "latin1" : "utf8");
  } catch (error) {
    const isBomb = (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    return isBomb ? { status: 413, reason: "too-large" } : { status: 400, reason: "malformed" };
  }
}

/** Auth0 does not document the type of its posts: only what is certainly no JSON text is refused. */
function isText(type: string | undefined): boolean {
  const [media = ""] = (type ?? "").toLowerCase().split(";");
  return !/^\s*(multipart|image|audio|video|font)\//.test(media) && !/(xml|html|protobuf)\s*$/.test(media);
}
