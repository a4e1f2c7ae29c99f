/** A number that JavaScript would not give back as it was written: `9007199254740993`, `1.0`, `1e400`. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** As it was written. */
  toJSON(): unknown {
    return (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(this.text);
  }
}

/** An object that has a key more than once. */
export class JsonMembers {
  readonly entries: readonly (readonly [string, unknown])[];

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }

  /** The last of equal keys counts, as in `JSON.parse`. */
  toJSON(): object {
    return Object.fromEntries(this.entries);
  }
}

/** Jackson's limit, which EventBridge's library reads JSON with. */
const MAX_DEPTH = 1000;

/**
 * Reads JSON without losing what `JSON.parse` loses: such numbers are {@link JsonNumber}, objects with repeated keys are
 * {@link JsonMembers}; everything else is what `JSON.parse` gives. @throws SyntaxError
 */
export function parseJsonText(text: string): unknown {
  // Refuses what is no JSON, so that the reader below need not.
  JSON.parse(text);
  return new Reader(text).value(0);
}

/** Keys and values of an object that was parsed by either reader; `undefined` for everything else. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof JsonNumber)
    return undefined;
  return value instanceof JsonMembers ? value.entries : Object.entries(value);
}

/** A number as it was written; `undefined` for everything else. */
export function numberText(value: unknown): string | undefined {
  if (value instanceof JsonNumber) return value.text;
  return typeof value === "number" ? JSON.stringify(value) : undefined;
}

/** Reads text that is known to be JSON. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new SyntaxError(`the JSON is nested deeper than ${MAX_DEPTH} levels`);
    const first = this.#peek();
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#list("]", () => this.value(depth + 1));
    if (first === '"') return this.#string();
    const token = this.#take(/[^\s,\]}]+/y);
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    const number = Number(token);
    return String(number) === token ? number : new JsonNumber(token);
  }

  #object(depth: number): unknown {
    const entries = this.#list("}", () => {
      const key = this.#string();
      this.#peek();
      this.#at += 1;
      return [key, this.value(depth + 1)] as const;
    });
    const object = Object.fromEntries(entries);
    return Object.keys(object).length === entries.length ? object : new JsonMembers(entries);
  }

  #list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    this.#at += 1;
    while (this.#peek() !== end) {
      if (this.#text[this.#at] === ",") this.#at += 1;
      this.#peek();
      items.push(item());
    }
    this.#at += 1;
    return items;
  }

  #string(): string {
    return JSON.parse(this.#take(/"(?:[^"\\]|\\.)*"/y)) as string;
  }

  /** The next character that is no white space. */
  #peek(): string {
    this.#take(/\s*/y);
    return this.#text[this.#at] ?? "";
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }
}
