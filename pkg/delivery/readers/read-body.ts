import { isMalformed } from "../event.ts";
import type { Event, Malformed } from "../event.ts";
import { listSlices, startOfMember } from "./json-slices.ts";
import { onOneLine, readEvent } from "./read-event.ts";

/** What a POST brought. */
export interface BodyRead {
  events: Event[];
  malformed: Malformed[];
}

/**
 * Reads a body in any of Auth0's formats: one object, a list, `{"logs": […]}`, or a JSON value a line (log streams call
 * them JSONOBJECT, JSONARRAY and JSONLINES).
 */
export function readBody(text: string): BodyRead {
  const whole = text.trim();
  if (whole.startsWith("[")) return readList(whole);
  if (!whole.includes("\n")) return readObject(whole);
  const lines = whole.split("\n").filter((line) => line.trim() !== "");
  // An object printed over several lines has a first line that is not JSON by itself.
  if (!isJson(lines[0] ?? "") && isJson(whole)) return readObject(whole);
  // A carriage return that ends a line is white space to JSON, and goes.
  return sorted(lines.map((line) => readEvent(line.endsWith("\r") ? onOneLine(line) : line)));
}

function readObject(text: string): BodyRead {
  const read = readEvent(onOneLine(text));
  if (!isMalformed(read)) return { events: [read], malformed: [] };
  const start = isJson(text) ? startOfMember(text, "logs") : -1;
  const list = start < 0 ? undefined : listSlices(text, start);
  return list ? sorted(list.slices.map((slice) => readEvent(onOneLine(slice)))) : { events: [], malformed: [read] };
}

function readList(text: string): BodyRead {
  const list = listSlices(text, 0);
  if (!list || list.end !== text.length) return { events: [], malformed: [{ reason: "not JSON", body: text }] };
  return sorted(list.slices.map((slice) => readEvent(onOneLine(slice))));
}

function sorted(read: readonly (Event | Malformed)[]): BodyRead {
  const body: BodyRead = { events: [], malformed: [] };
  for (const each of read) {
    if (isMalformed(each)) body.malformed.push(each);
    else body.events.push(each);
  }
  return body;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
