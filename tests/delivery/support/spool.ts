import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../pkg/delivery/clock.ts";
import type { Event } from "../../../pkg/delivery/event.ts";
import { isMalformed } from "../../../pkg/delivery/event.ts";
import { readEvent } from "../../../pkg/delivery/readers/read-event.ts";
import { Spool } from "../../../pkg/delivery/spool/spool.ts";
import type { SpoolOptions } from "../../../pkg/delivery/spool/spool.ts";
import { logRecord } from "./load.ts";

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "delivery-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A spool with one sink, `sink`, unless something else is asked for. */
export function openSpool(folder: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  return Spool.open({
    folder,
    sinks: ["sink"],
    maxBytes: 100_000_000,
    idWindow: { count: 1000, ms: 86_400_000 },
    maxWaiting: 10_000_000,
    ...options,
  });
}

export function event(number: number, more: object = {}): Event {
  return eventOf(JSON.stringify(logRecord(number, more)));
}

export function events(from: number, to: number): Event[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => event(from + offset));
}

export function eventOf(text: string): Event {
  const read = readEvent(text);
  if (isMalformed(read)) throw new Error(read.reason);
  return read;
}

/** Bodies of everything in the spool from `position` on. */
export async function bodiesIn(spool: Spool, position = 1): Promise<string[]> {
  const { rows } = await spool.read(position, 100_000_000);
  return rows
    .flatMap(({ first, events: bytes }) =>
      new TextDecoder()
        .decode(bytes)
        .split("\n")
        .map((body, offset) => ({ body, number: first + offset })),
    )
    .filter(({ number }) => number >= position)
    .map(({ body }) => body);
}

/** A clock that stands still until it is set; sleeping moves it. */
export class TestClock implements Clock {
  time: number;
  readonly slept: number[] = [];

  constructor(time = 1_767_225_600_000) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.time += ms;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
