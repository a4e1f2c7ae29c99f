/** Bytes of a manifest at most. */
export const MAX_BYTES = 16 * 1024 * 1024;

/** A text, or why bytes are none. */
export type Decoded = { text: string } | { problem: string; hint: string };

const SAVE_AS_UTF8 = "save it as UTF-8";

/** Decodes a manifest, which is UTF-8, with or without a byte order mark. Old Macintosh line ends become newlines. */
export function decodeText(bytes: Uint8Array): Decoded {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return { problem: "is UTF-16, not UTF-8", hint: SAVE_AS_UTF8 };
  if (bytes.includes(0)) return { problem: "holds NUL characters: it is no text, or UTF-16", hint: SAVE_AS_UTF8 };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text: text.includes("\n") ? text : text.replaceAll("\r", "\n") };
  } catch {
    return { problem: `is not UTF-8: see ${firstBadByte(bytes)}`, hint: SAVE_AS_UTF8 };
  }
}

/** `line 3, column 7`: where the first byte is that UTF-8 does not have. */
function firstBadByte(bytes: Uint8Array): string {
  const decoder = new TextDecoder();
  const before = decoder.decode(bytes).split("\uFFFD", 1)[0] ?? "";
  const lines = before.split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}
