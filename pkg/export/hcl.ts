/** An expression that is written unquoted, e.g. a reference to another resource. */
export class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A nested block, or several of one name. */
export class Blocks {
  readonly bodies: readonly Body[];

  constructor(bodies: readonly Body[]) {
    this.bodies = bodies;
  }
}

/** The contents of a block: attributes and nested blocks. */
export type Body = Readonly<Record<string, Value | Blocks>>;

/** The value of an attribute. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A block, `resource "type" "name" { … }`, laid out as `terraform fmt` does. */
export function block(head: string, body: Body, indent = ""): string {
  const entries = Object.entries(body);
  const inner = `${indent}  `;
  const lines = assignments(
    entries.filter((entry): entry is [string, Value] => !(entry[1] instanceof Blocks)),
    inner,
  );
  for (const [name, value] of entries)
    if (value instanceof Blocks)
      for (const nested of value.bodies) lines.push(...(lines.length > 0 ? [""] : []), block(name, nested, inner));
  return `${indent}${head} {\n${lines.join("\n")}${lines.length > 0 ? "\n" : ""}${indent}}`;
}

/** A value as HCL writes it. */
export function expression(value: Value, indent = ""): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object" || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map((each) => expression(each, inner));
    const isShort = items.join(", ").length < 80 && !items.some((item) => item.includes("\n"));
    return isShort ? `[${items.join(", ")}]` : `[\n${items.map((item) => `${inner}${item},`).join("\n")}\n${indent}]`;
  }
  const entries = Object.entries(value as Record<string, Value>);
  if (entries.length === 0) return "{}";
  const named = entries.map(([key, each]): [string, Value] => [
    /^[a-zA-Z_][\w-]*$/.test(key) ? key : quoted(key),
    each,
  ]);
  return `{\n${assignments(named, inner).join("\n")}\n${indent}}`;
}

/** Lines of `name = value`. Neighbours of one line each have their equals signs below each other. */
function assignments(entries: readonly (readonly [string, Value])[], indent: string): string[] {
  const written = entries.map(([name, value]) => [name, expression(value, indent)] as const);
  const isLong = (index: number): boolean => written[index]?.[1].includes("\n") ?? true;
  return written.map(([name, value], index) => {
    if (isLong(index)) return `${indent}${name} = ${value}`;
    let [first, last] = [index, index];
    while (!isLong(first - 1)) first -= 1;
    while (!isLong(last + 1)) last += 1;
    const width = Math.max(...written.slice(first, last + 1).map(([each]) => each.length));
    return `${indent}${name.padEnd(width)} = ${value}`;
  });
}

/** A text in quotes; what would be a template in it is none. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

/** A name that may stand for a resource. */
export function identifier(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}
