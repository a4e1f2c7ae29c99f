import { addressBytes, isInBlock, looksLikeAddress } from "./addresses.ts";

/** A JSON value that is neither an object nor an array. */
export type Scalar = string | number | boolean | null;

/** One alternative of a field: what it accepts, and how a person reads it. */
export interface Matcher {
  test: (value: Scalar) => boolean;
  /** Accepts a field that is not there. */
  acceptsAbsence?: true;
  /** As it stands in the pattern. */
  source: unknown;
}

/** Why a pattern is refused; steps lead from the enclosing array's item to the place. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly steps: (string | number)[];

  constructor(reason: string, steps: (string | number)[] = []) {
    super(reason);
    this.steps = steps;
  }
}

const isString = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The matcher that one item of a field's array stands for. @throws Refusal with the service's reason. */
export function matcherOf(source: unknown): Matcher {
  return { ...parse(source), source };
}

type Parsed = Omit<Matcher, "source">;

function parse(source: unknown): Parsed {
  if (isString(source)) return exactly(source);
  if (isNumber(source) || typeof source === "boolean" || source === null) return { test: (value) => value === source };
  if (!isObject(source)) throw new Refusal("Match value must be String, number, true, false, or null");
  const [name, ...others] = Object.keys(source);
  if (name === undefined) throw new Refusal("Match expression name not found");
  const operator = OPERATORS[name];
  if (!operator || !Object.hasOwn(OPERATORS, name)) throw new Refusal(`Unrecognized match type ${name}`, [name]);
  let parsed: Parsed;
  try {
    parsed = operator(source[name]);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.message, [name, ...error.steps]) : error;
  }
  if (others[0] !== undefined) {
    const isList = name === "numeric" || name === "anything-but";
    throw new Refusal(isList ? TOO_MANY : ONE_KEY, [others[0]]);
  }
  return parsed;
}

const ONE_KEY = "Only one key allowed in match expression";
const TOO_MANY = "Too many elements in numeric expression";

const OPERATORS: Readonly<Record<string, (operand: unknown) => Parsed>> = {
  exactly(operand) {
    const text = textOf(operand, "exact");
    return { test: (value) => value === text };
  },
  prefix(operand) {
    if (isObject(operand)) {
      const matches = folded(ignoringCase(operand, "Prefix", "prefix"));
      return { test: (value) => isString(value) && matches(value, "start") };
    }
    const text = textOf(operand, "prefix");
    return { test: (value) => isString(value) && value.startsWith(text) };
  },
  suffix(operand) {
    if (isObject(operand)) {
      const matches = folded(ignoringCase(operand, "Suffix", "suffix"));
      return { test: (value) => isString(value) && matches(value, "end") };
    }
    const text = textOf(operand, "suffix");
    return { test: (value) => isString(value) && value.endsWith(text) };
  },
  "equals-ignore-case"(operand) {
    const matches = folded(textOf(operand, "equals-ignore-case"));
    return { test: (value) => isString(value) && matches(value, "all") };
  },
  wildcard(operand) {
    const regex = wildcardRegex(textOf(operand, "wildcard"));
    return { test: (value) => isString(value) && regex.test(value) };
  },
  numeric(operand) {
    if (!Array.isArray(operand)) throw new Refusal("Value of numeric must be an array.");
    return { test: numericTest(operand) };
  },
  exists(operand) {
    if (typeof operand !== "boolean") throw new Refusal("exists match pattern must be either true or false.");
    return operand ? { test: () => true } : { test: () => false, acceptsAbsence: true };
  },
  // The service says "prefix" here.
  cidr: (operand) => inBlock(textOf(operand, "prefix")),
  "anything-but": anythingBut,
};

function textOf(operand: unknown, what: string): string {
  if (!isString(operand)) throw new Refusal(`${what} match pattern must be a string`);
  return operand;
}

/** A string that is an IP address matches every spelling of that address. */
function exactly(text: string): Parsed {
  const address = looksLikeAddress(text) ? addressBytes(text) : undefined;
  if (!address) return { test: (value) => value === text };
  return { test: (value) => isString(value) && isInBlock(addressBytes(value) ?? [], address, 128) };
}

function inBlock(text: string): Parsed {
  const parts = text.split("/");
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
  return { test: (value) => isString(value) && isInBlock(addressBytes(value) ?? [], block, width) };
}

/** The operand of `{prefix|suffix: {equals-ignore-case: …}}`. */
function ignoringCase(operand: Record<string, unknown>, title: string, what: string): string {
  const [name, ...others] = Object.keys(operand);
  if (name === undefined) throw new Refusal(`${title} expression name not found`);
  if (name !== "equals-ignore-case") throw new Refusal(`Unsupported ${what} pattern: ${name}`, [name]);
  const text = textOf(operand[name], "equals-ignore-case");
  if (others[0] !== undefined) throw new Refusal(ONE_KEY, [others[0]]);
  return text;
}

/** Compares letter by letter: each may stand as its own lower or upper case, which may have another length. */
function folded(text: string): (value: string, where: "start" | "end" | "all") => boolean {
  const source = Array.from(text)
    .map((letter) => {
      const forms = [...new Set([letter.toLowerCase(), letter.toUpperCase()])].map(escaped);
      return forms.length === 1 ? forms[0] : `(?:${forms.join("|")})`;
    })
    .join("");
  const whole = new RegExp(`^${source}$`, "s");
  const start = new RegExp(`^${source}`, "s");
  const end = new RegExp(`${source}$`, "s");
  return (value, where) => ({ start, end, all: whole })[where].test(value);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

const encoder = new TextEncoder();

function wildcardRegex(text: string): RegExp {
  let source = "";
  // The service counts bytes, and the opening quote is one.
  const position = (index: number): number => 1 + encoder.encode(text.slice(0, index)).length;
  for (let index = 0; index < text.length; index += 1) {
    const [char = "", next] = [text[index], text[index + 1]];
    if (char === "*") {
      if (next === "*") throw new Refusal(`Consecutive wildcard characters at pos ${position(index)}`);
      source += ".*?";
    } else if (char === "\\") {
      if (next !== "*" && next !== "\\") throw new Refusal(`Invalid escape character at pos ${position(index)}`);
      source += escaped(next);
      index += 1;
    } else source += escaped(char);
  }
  return new RegExp(`^${source}$`, "s");
}

const COMPARE: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

function numericTest(operand: readonly unknown[]): Matcher["test"] {
  const [operator, bound, topOperator, top] = operand;
  if (!isString(operator)) throw new Refusal(`Invalid member in numeric match: ${shown(operator, operand.length)}`);
  const compare = COMPARE[operator];
  if (!compare) throw new Refusal(`Unrecognized numeric range operator: ${operator}`);
  const low = comparable(bound, operator === "=" ? "equals" : operator);
  if (operand.length === 2) return (value) => isNumber(value) && compare(value, low);
  if (!operator.startsWith(">")) throw new Refusal(TOO_MANY);
  if (!isString(topOperator)) throw new Refusal(`Bad value in numeric range: ${shown(topOperator, operand.length)}`);
  if (topOperator !== "<" && topOperator !== "<=") throw new Refusal(`Bad numeric range operator: ${topOperator}`);
  const high = comparable(top, topOperator);
  if (operand.length > 4) throw new Refusal("Too many terms in numeric range expression");
  if (low >= high) throw new Refusal("Bottom must be less than top");
  const compareTop = COMPARE[topOperator];
  return (value) => isNumber(value) && compare(value, low) && (compareTop?.(value, high) ?? false);
}

function comparable(bound: unknown, name: string): number {
  if (!isNumber(bound)) throw new Refusal(`Value of ${name} must be numeric`);
  if (!Number.isFinite(bound)) throw new Refusal(`Cannot compare number : ${bound}`);
  return bound;
}

/** A JSON token as the service's parser shows it; past the end of the list it sees the bracket. */
function shown(value: unknown, length: number): string {
  if (value === undefined && length < 4) return "]";
  if (Array.isArray(value)) return "[";
  return isObject(value) ? "{" : String(value);
}

const ANYTHING_BUT_LISTS: Readonly<Record<string, string>> = {
  prefix: "prefix/suffix match pattern must be a string",
  suffix: "prefix/suffix match pattern must be a string",
  "equals-ignore-case": "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
  wildcard: "wildcard match pattern must be a string",
};

function anythingBut(operand: unknown): Parsed {
  let excluded = operand;
  let inner: string | undefined;
  if (isObject(operand)) {
    const [name, ...others] = Object.keys(operand);
    if (name === undefined) throw new Refusal("Anything-But expression name not found");
    if (!Object.hasOwn(ANYTHING_BUT_LISTS, name))
      throw new Refusal(`Unsupported anything-but pattern: ${name}`, [name]);
    [inner, excluded] = [name, operand[name]];
    checkExcluded(excluded, inner);
    if (others[0] !== undefined) throw new Refusal(TOO_MANY, [others[0]]);
  } else checkExcluded(excluded, undefined);
  const list: unknown[] = Array.isArray(excluded) ? excluded : [excluded];
  const operator = inner === undefined ? undefined : OPERATORS[inner];
  const tests = list.map((each): Parsed["test"] => operator?.(each).test ?? ((value) => value === each));
  return { test: (value) => !tests.some((test) => test(value)) };
}

function checkExcluded(excluded: unknown, inner: string | undefined): void {
  if (!Array.isArray(excluded) && !isString(excluded) && !isNumber(excluded))
    throw new Refusal("Value of anything-but must be an array or single string/number value.");
  const list: readonly unknown[] = Array.isArray(excluded) ? excluded : [excluded];
  if (inner !== undefined) {
    for (const each of list) {
      if (!isString(each)) throw new Refusal(ANYTHING_BUT_LISTS[inner] ?? "");
      if (each === "" && inner.endsWith("fix")) throw new Refusal("Null prefix/suffix not allowed");
    }
    return;
  }
  if (!list.every((each) => isString(each) || isNumber(each)))
    throw new Refusal("Inside anything but list, start|null|boolean is not supported.");
  if (list.length === 0 || new Set(list.map((each) => typeof each)).size > 1)
    throw new Refusal("Inside anything but list, either all values are number or string, mixed type is not supported");
}
