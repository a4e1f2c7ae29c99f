import { addressBytes, addressDigits, blockTest, looksLikeAddress } from "./addresses.ts";
import { JsonNumber, membersOf, numberText } from "./json-text.ts";
import { numericTest } from "./numeric.ts";
import { ONE_KEY, Refusal, TOO_MANY } from "./refusal.ts";
import { anyCase, wildcardTest } from "./texts.ts";
import { comparable, encodable, textOf } from "./values.ts";
import type { Look } from "./values.ts";

/** One alternative of a field: what it accepts, and how a person reads it. */
export interface Matcher {
  test: (look: Look) => boolean;
  /** Makes the library compare the field's values as numbers, or as addresses. */
  looksFor?: "numbers" | "addresses";
  /** Accepts a field that is not there. */
  acceptsAbsence?: true;
  /** As it stands in the pattern. */
  source: unknown;
}

type Parsed = Omit<Matcher, "source">;

/** The matcher that one item of a field's array stands for. @throws Refusal with the service's reason. */
export function matcherOf(source: unknown): Matcher {
  return { ...parse(source), source };
}

function parse(source: unknown): Parsed {
  if (typeof source === "string") return exactly(source);
  if (typeof source === "number" || source instanceof JsonNumber) return numberOf(source);
  if (typeof source === "boolean" || source === null) return whole(String(source));
  const members = membersOf(source);
  if (!members) throw new Refusal("Match value must be String, number, true, false, or null");
  const [first, second] = members;
  if (!first) throw new Refusal("Match expression name not found");
  const [name, operand] = first;
  const operator = OPERATORS.get(name);
  if (!operator) throw new Refusal(`Unrecognized match type ${name}`, [name]);
  const parsed = within(name, () => operator(operand));
  const isList = name === "numeric" || name === "anything-but";
  if (second) throw new Refusal(isList ? TOO_MANY : ONE_KEY, [second[0]]);
  return parsed;
}

/** Refusals of `work` with a step before their own. */
function within<T>(step: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.message, [step, ...error.steps]) : error;
  }
}

function text(test: (value: string) => boolean): Parsed {
  return { test: (look) => look.as !== "number" && test(look.text) };
}

/** Whole values are compared before they become UTF-8. */
function whole(wanted: string): Parsed {
  return { test: (look) => look.as !== "number" && look.raw === wanted };
}

function numberOf(source: unknown): Parsed {
  const written = textOf(source);
  const number = comparable(written);
  // What a double does not hold exactly is compared as text.
  if (number === undefined) return whole(written);
  return {
    looksFor: "numbers",
    test: (look) => (look.as === "number" ? look.number === number : look.text === written),
  };
}

/** A string that is an IP address matches every spelling of that address, and every address that starts with it. */
function exactly(source: string): Parsed {
  const digits = addressDigits(source);
  if (digits === undefined) return whole(textOf(source));
  return { ...text((value) => value.startsWith(digits)), looksFor: "addresses" };
}

const OPERATORS: ReadonlyMap<string, (operand: unknown) => Parsed> = new Map([
  ["exactly", (operand) => whole(`"${stringOf(operand, "exact")}"`)],
  ["prefix", (operand) => affix(operand, "Prefix", (wanted) => (value) => value.startsWith(`"${wanted}`))],
  ["suffix", (operand) => affix(operand, "Suffix", (wanted) => (value) => value.endsWith(`${wanted}"`))],
  ["equals-ignore-case", (operand) => text(anyCase(`"${stringOf(operand, "equals-ignore-case")}"`, "all"))],
  ["wildcard", (operand) => text(wildcardTest(stringOf(operand, "wildcard")))],
  ["numeric", numeric],
  ["exists", exists],
  // The service says "prefix" here.
  ["cidr", (operand) => inBlock(stringOf(operand, "prefix"))],
  ["anything-but", anythingBut],
]);

function stringOf(operand: unknown, what: string): string {
  if (typeof operand !== "string") throw new Refusal(`${what} match pattern must be a string`);
  return operand;
}

/** `prefix` and `suffix`, whose operand may be `{"equals-ignore-case": …}`. */
function affix(
  operand: unknown,
  title: "Prefix" | "Suffix",
  test: (wanted: string) => (value: string) => boolean,
): Parsed {
  const what = title.toLowerCase();
  const members = membersOf(operand);
  if (!members) return text(test(encodable(stringOf(operand, what))));
  const [first, second] = members;
  if (!first) throw new Refusal(`${title} expression name not found`);
  if (first[0] !== "equals-ignore-case") throw new Refusal(`Unsupported ${what} pattern: ${first[0]}`, [first[0]]);
  const wanted = stringOf(first[1], "equals-ignore-case");
  if (second) throw new Refusal(ONE_KEY, [second[0]]);
  return text(title === "Prefix" ? anyCase(`"${wanted}`, "start") : anyCase(`${wanted}"`, "end"));
}

function numeric(operand: unknown): Parsed {
  if (!Array.isArray(operand)) throw new Refusal("Value of numeric must be an array.");
  const test = numericTest(operand);
  return { looksFor: "numbers", test: (look) => look.as === "number" && test(look.number) };
}

function exists(operand: unknown): Parsed {
  if (typeof operand !== "boolean") throw new Refusal("exists match pattern must be either true or false.");
  return operand ? { test: () => true } : { test: () => false, acceptsAbsence: true };
}

function inBlock(source: string): Parsed {
  const parts = source.split("/");
  const [host = "", bits = ""] = parts;
  if (parts.length !== 2 || bits === "") throw new Refusal("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d{1,9}$/.test(bits)) throw new Refusal("Malformed CIDR, mask bits must be an integer");
  const width = Number(bits);
  if (width < 0) throw new Refusal("Malformed CIDR, mask bits must not be negative");
  if (!looksLikeAddress(host)) throw new Refusal(`Nonstandard IP address: ${host}`);
  const block = addressBytes(host);
  // The service looks it up, fails, and calls what is left nonstandard.
  if (!block) throw new Refusal(`Invalid IP address: ${host}`);
  if (block.length === 4 && width > 31) throw new Refusal("IPv4 mask bits must be < 32");
  if (width > 127) throw new Refusal("IPv6 mask bits must be < 128");
  return { ...text(blockTest(block, width)), looksFor: "addresses" };
}

/** What `anything-but` may hold inside, with the service's words for an operand that is no text. */
const ANYTHING_BUT_INNER: ReadonlyMap<string, string> = new Map([
  ["prefix", "prefix/suffix match pattern must be a string"],
  ["suffix", "prefix/suffix match pattern must be a string"],
  ["equals-ignore-case", "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."],
  ["wildcard", "wildcard match pattern must be a string"],
]);

function anythingBut(operand: unknown): Parsed {
  const members = membersOf(operand);
  if (!members) return notAnyOf(operand);
  const [first, second] = members;
  if (!first) throw new Refusal("Anything-But expression name not found");
  const [name, excluded] = first;
  const words = ANYTHING_BUT_INNER.get(name);
  if (words === undefined) throw new Refusal(`Unsupported anything-but pattern: ${name}`, [name]);
  const texts = listOf(excluded).map((each) => {
    if (typeof each !== "string") throw new Refusal(words);
    if (each === "" && name.endsWith("fix")) throw new Refusal("Null prefix/suffix not allowed");
    return each;
  });
  const tests = texts.map((each) => OPERATORS.get(name)?.(each).test);
  if (second) throw new Refusal(TOO_MANY, [second[0]]);
  // The field's addresses are looked at by other matchers only.
  return { test: (look) => look.as !== "address" && !tests.some((test) => test?.(look)) };
}

/** `anything-but` with strings or numbers. */
function notAnyOf(operand: unknown): Parsed {
  const list = listOf(operand);
  const isScalar = (each: unknown): boolean => typeof each === "string" || numberText(each) !== undefined;
  if (!list.every(isScalar)) throw new Refusal("Inside anything but list, start|null|boolean is not supported.");
  const numbers = list.flatMap((each) => numberText(each) ?? []).map(comparableOrRefused);
  if (numbers.length === list.length && list.length > 0)
    return {
      looksFor: "numbers",
      test: (look) => look.as !== "address" && !(look.as === "number" && numbers.includes(look.number)),
    };
  if (numbers.length > 0 || list.length === 0)
    throw new Refusal("Inside anything but list, either all values are number or string, mixed type is not supported");
  const texts = list.map(textOf);
  return { test: (look) => look.as !== "address" && !(look.as === "text" && texts.includes(look.raw)) };
}

function comparableOrRefused(written: string): number {
  const number = comparable(written);
  if (number === undefined) throw new Refusal(`Cannot compare number : ${written}`);
  return number;
}

/** The operand of `anything-but` as a list. */
function listOf(operand: unknown): readonly unknown[] {
  if (Array.isArray(operand)) return operand;
  if (typeof operand !== "string" && numberText(operand) === undefined)
    throw new Refusal("Value of anything-but must be an array or single string/number value.");
  return [operand];
}
