import type { Vector } from "./pattern-probes.ts";
import { chance, fraction, pick, upTo } from "./random.ts";

const NUMBER_TEXTS = [
  "300",
  "3e2",
  "300.0",
  "-0",
  "0",
  "0.1",
  "1E2",
  "17",
  "105",
  "1.5",
  "-5",
  "2.5e3",
  "10000001",
  "100000015",
  "9007199254740992",
  "9007199254740993",
  "12345678901234567",
  "123456789012345678",
  "0.30000000000000004",
  "1.0000000000000001",
  "1e400",
  "1e-400",
  "1e22",
  "1.7976931348623157e308",
  "5e-324",
];
const ADDRESS_TEXTS = [
  "10.0.0.1",
  "10.0.0.255",
  "16.0.0.1",
  "010.1.2.3",
  "255.255.255.255",
  "0.0.0.0",
  "300.1.1.1",
  "1.2.3",
  "2001:db8::1",
  "0a00:1::5",
  "0a11::1",
  "::",
  "::1",
  "::ffff:a00:1",
  "1000::",
  "1:2:3:4:5:6:7::",
  "fe80::",
  ":",
];
const BLOCKS = [
  "0.0.0.0/0",
  "10.0.0.0/8",
  "16.0.0.0/4",
  "10.0.0.1/31",
  "10.0.0.0/7",
  "255.0.0.0/9",
  "1.2.3.4/32",
  "::/0",
  "1000::/4",
  "2001:db8::/33",
  "::1/127",
  "::ffff:a00:0/8",
  "0a00::/7",
  "2001:db8::/128",
];
const LETTERS = [
  "a",
  "A",
  "ß",
  "SS",
  "ŉ",
  "İ",
  "ı",
  "Σ",
  "ς",
  "😀",
  "𐐀",
  "𐐨",
  "?",
  "\ud83d",
  "ⱥ",
  "Ⱥ",
  "ΰ",
  " ",
  "é",
  "É",
];
const KEYS = ["a", "a", "b", "b", "", "a.b", ".", "a.", ".a"];

const letters = (): string => Array.from({ length: upTo(3) }, () => pick(LETTERS)).join("");
const quoted = (text: string): string => JSON.stringify(text);
const anyCase = (text: string): string => pick([text, text.toUpperCase(), text.toLowerCase()]);

function scalarText(): string {
  const kind = fraction();
  if (kind < 0.4) return pick(NUMBER_TEXTS);
  if (kind < 0.65) return quoted(pick(ADDRESS_TEXTS));
  return kind < 0.9 ? quoted(letters()) : pick(["true", "false", "null"]);
}

/** One item of a field's array, with the value that it was made around. */
function itemText(): { item: string; near: string } {
  const value = letters();
  const number = pick(NUMBER_TEXTS);
  const address = pick(ADDRESS_TEXTS);
  const other = quoted(anyCase(value));
  return pick<() => { item: string; near: string }>([
    () => ({ item: number, near: pick(NUMBER_TEXTS) }),
    () => ({ item: quoted(value), near: quoted(value) }),
    () => ({ item: quoted(address), near: quoted(pick(ADDRESS_TEXTS)) }),
    () => ({ item: `{"cidr":${quoted(pick(BLOCKS))}}`, near: pick([quoted(address), number]) }),
    () => ({ item: `{"numeric":["${pick(["=", "<", "<=", ">", ">="])}",${number}]}`, near: pick(NUMBER_TEXTS) }),
    () => ({ item: `{"numeric":["${pick([">", ">="])}",-1,"<",${number}]}`, near: pick(NUMBER_TEXTS) }),
    () => ({ item: `{"equals-ignore-case":${quoted(value)}}`, near: other }),
    () => ({ item: `{"prefix":{"equals-ignore-case":${quoted(value)}}}`, near: other }),
    () => ({ item: `{"suffix":{"equals-ignore-case":${quoted(value)}}}`, near: other }),
    () => ({ item: `{"prefix":${quoted(value)}}`, near: quoted(value + letters()) }),
    () => ({ item: `{"suffix":${quoted(value)}}`, near: quoted(letters() + value) }),
    () => ({ item: `{"wildcard":${quoted(`${value}*`)}}`, near: quoted(value + letters()) }),
    () => ({
      item: `{"anything-but":${pick([number, quoted(value), `[${number},${pick(NUMBER_TEXTS)}]`])}}`,
      near: number,
    }),
    () => ({ item: `{"anything-but":{"equals-ignore-case":${quoted(value)}}}`, near: other }),
    () => ({ item: `{"exists":${chance(0.5)}}`, near: number }),
    () => ({ item: '{"exists":true,"exists":false}', near: number }),
  ])();
}

/** A random pattern with an event, as texts: exotic numbers, addresses, letters and keys. */
export function writtenVector(): Vector {
  const patternMembers: string[] = [];
  const eventMembers: string[] = [];
  for (let count = upTo(3); count > 0; count -= 1) {
    const key = pick(KEYS);
    const items = Array.from({ length: upTo(2) }, itemText);
    const near = chance(0.7) ? pick(items).near : scalarText();
    const value = chance(0.2) ? `[${scalarText()},${near}]` : near;
    const inside = chance(0.25) ? quoted(pick(KEYS)) : undefined;
    const list = `[${items.map(({ item }) => item).join(",")}]`;
    patternMembers.push(`${quoted(key)}:${inside === undefined ? list : `{${inside}:${list}}`}`);
    if (chance(0.9)) eventMembers.push(`${quoted(key)}:${inside === undefined ? value : `{${inside}:${value}}`}`);
    if (chance(0.1)) eventMembers.push(`${quoted(pick(KEYS))}:${scalarText()}`);
  }
  if (chance(0.15))
    patternMembers.push(`"$or":[{"a":[${itemText().item}]},{"${pick(["a", "b"])}":[${itemText().item}]}]`);
  return { patternText: `{${patternMembers.join(",")}}`, eventText: `{${eventMembers.join(",")}}` };
}
