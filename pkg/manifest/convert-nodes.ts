import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Alias, Node, Scalar, YAMLMap } from "yaml";
import type { Span } from "../diagnostics/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import type { Place } from "./place.ts";

/** More values than any manifest repeats by aliases, and fewer than an alias bomb does. */
const MAX_REPEATED = 20_000;
const MAX_DEPTH = 64;

/** Why nodes cannot be plain data, and where. */
export class ConversionError extends Error {
  readonly offset: number;

  /** @param message repeats nothing of the text. */
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A node as plain data. */
interface Converted {
  value: PropertyValue;
  place: Place;
  /** Values in it, itself included, with aliases written out. */
  size: number;
}

/**
 * Turns the nodes of one document into plain data and records where each stands. Aliases and merges (`<<`) are written
 * out; values are shared, not copied, so that time and memory grow with the text alone.
 * @throws ConversionError
 */
export class Converter {
  /** Offsets of keys that their object has already. The first one counts. */
  readonly repeatedKeys: number[] = [];
  readonly #anchors = new Map<string, Converted | "open">();
  #repeated = 0;

  convert(node: Node): { value: PropertyValue; place: Place } {
    return this.#node(node, 0);
  }

  #node(node: Node | null, depth: number): Converted {
    const [start = 0, end = start] = node?.range ?? [];
    if (depth > MAX_DEPTH) throw new ConversionError("nested too deeply", start);
    if (isAlias(node)) return this.#alias(node, [start, end]);
    const anchor = node && "anchor" in node ? node.anchor : undefined;
    if (anchor) this.#anchors.set(anchor, "open");
    const converted = this.#content(node, [start, end], depth);
    if (anchor) this.#anchors.set(anchor, converted);
    return converted;
  }

  #content(node: Node | null, span: Span, depth: number): Converted {
    if (isMap(node)) return this.#map(node, span, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.#node(item as Node | null, depth + 1));
      const children = new Map(items.map(({ place }, index) => [index, place]));
      return { value: items.map(({ value }) => value), place: { value: span, children }, size: sizeOf(items) };
    }
    const value = isScalar(node) ? plainValue(node) : null;
    const written = typeof value === "number" && isScalar(node) ? { written: node.source ?? "" } : {};
    return { value, place: { value: span, ...written }, size: 1 };
  }

  #alias({ source }: Alias, span: Span): Converted {
    const target = this.#anchors.get(source);
    if (!target) throw new ConversionError("an alias has no anchor of its name", span[0]);
    if (target === "open") throw new ConversionError("an alias stands inside its own anchor", span[0]);
    this.#repeated += target.size;
    if (this.#repeated > MAX_REPEATED) throw new ConversionError("aliases make this document too large", span[0]);
    return { ...target, place: { ...target.place, value: span } };
  }

  #map(node: YAMLMap, span: Span, depth: number): Converted {
    const value: PropertyMap = {};
    const children = new Map<string, Place>();
    const merged: { from: Converted; at: number }[] = [];
    let size = 1;
    for (const { key, value: item } of node.items) {
      const [start = 0, end = start] = (key as Node | null)?.range ?? [];
      const name = nameOf(key, start);
      const child = this.#node(item as Node | null, depth + 1);
      size += child.size;
      if (name === undefined) merged.push({ from: child, at: start });
      else if (Object.hasOwn(value, name)) this.repeatedKeys.push(start);
      else {
        value[name] = child.value;
        children.set(name, { ...child.place, key: [start, end] });
      }
    }
    for (const { from, at } of merged) merge(value, children, from, at);
    return { value, place: { value: span, children }, size };
  }
}

/** The name of a key; `undefined` for `<<`. */
function nameOf(key: unknown, offset: number): string | undefined {
  if (!isScalar(key)) throw new ConversionError("a key must be a plain name", offset);
  if (key.source === "<<" || typeof key.value === "symbol") return undefined;
  const name = String(key.value);
  if (name === "__proto__") throw new ConversionError("__proto__ is not a field", offset);
  return name;
}

/** Adds what `<<` brings. What the object says itself wins, and what is merged first wins over what is merged later. */
function merge(value: PropertyMap, children: Map<string, Place>, { value: from, place }: Converted, at: number): void {
  const sources = Array.isArray(from)
    ? from.map((each, index) => ({ each, place: place.children?.get(index) }))
    : [{ each: from, place }];
  for (const source of sources) {
    if (typeof source.each !== "object" || source.each === null || Array.isArray(source.each))
      throw new ConversionError('"<<" merges only objects', at);
    for (const [name, item] of Object.entries(source.each)) {
      if (Object.hasOwn(value, name)) continue;
      value[name] = item;
      const itemPlace = source.place?.children?.get(name);
      if (itemPlace) children.set(name, itemPlace);
    }
  }
}

function plainValue(node: Scalar): PropertyValue {
  const { value } = node;
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return node.source ?? null;
}

function sizeOf(items: readonly Converted[]): number {
  return items.reduce((sum, { size }) => sum + size, 1);
}
