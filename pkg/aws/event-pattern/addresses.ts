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

/** Whether the first `bits` bits of two addresses are the same. */
export function isInBlock(address: readonly number[], block: readonly number[], bits: number): boolean {
  if (address.length !== block.length) return false;
  return block.every((byte, index) => {
    const relevant = Math.min(8, Math.max(0, bits - 8 * index));
    const mask = (0xff << (8 - relevant)) & 0xff;
    return (byte & mask) === ((address[index] ?? 0) & mask);
  });
}
