const IPV4 = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const IPV6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;

/** The bytes of an IP address: 4 of IPv4 (also when written as `::ffff:…`), 16 of IPv6; `undefined` when it is none. */
export function addressBytes(text: string): number[] | undefined {
  if (IPV4.test(text)) {
    const bytes = text.split(".").map(Number);
    return bytes.every((byte) => byte <= 255) ? bytes : undefined;
  }
  return IPV6.test(text) ? ipv6Bytes(text) : undefined;
}

/** Whether a text has the form of an address, if not its sense: `999.1.1.1` does. */
export function looksLikeAddress(text: string): boolean {
  return IPV4.test(text) || IPV6.test(text);
}

/** An address as the library compares it: 8 or 32 hexadecimal digits. `undefined` when it is none. */
export function addressDigits(text: string): string | undefined {
  const bytes = addressBytes(text);
  return bytes && hex(bytes);
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups = [...head, ...tail];
  const missing = 8 - groups.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const filled = halves.length === 1 ? head : [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  const bytes = filled.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("");
}

/**
 * What lies in a block of addresses. The library compares digit by digit and stops at the first that decides, so an IPv6
 * address, or a number, may lie in a block of IPv4 addresses; EventBridge does the same.
 * @param bits how many bits of the address count.
 */
export function blockTest(address: readonly number[], bits: number): (digits: string) => boolean {
  const bound = (fill: number): string =>
    hex(
      address.map((byte, index) => {
        const mask = (0xff << (8 - Math.min(8, Math.max(0, bits - 8 * index)))) & 0xff;
        return (byte & mask) | (fill & ~mask & 0xff);
      }),
    );
  const [bottom, top] = [bound(0), bound(0xff)];
  const last = bottom.length - 1;
  return (digits) => {
    let [aboveBottom, belowTop] = [false, false];
    for (let at = 0; at <= last; at += 1) {
      const digit = digits[at] ?? "";
      const [low = "", high = ""] = [bottom[at], top[at]];
      // ASCII has the digits before the letters, and nothing else counts as a digit.
      if (!/^[0-9A-F]$/.test(digit) || (!aboveBottom && digit < low) || (!belowTop && digit > high)) return false;
      aboveBottom ||= digit > low;
      belowTop ||= digit < high;
      if (aboveBottom && belowTop) return true;
    }
    return true;
  };
}
