import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventLog } from "../../../pkg/sandbox/host/event-log.ts";
import { SandboxFolder } from "../../../pkg/sandbox/host/folder.ts";
import { temporaryFolder } from "../../support/cli.ts";

interface Event {
  n: number;
  text: string;
}

const open = (path: string): EventLog<Event, number> =>
  new EventLog<Event, number>(new SandboxFolder(path), "events", { start: () => 0, add: (sum, { n }) => sum + n });
const many = (count: number): Event[] => Array.from({ length: count }, (_, n) => ({ n, text: "x".repeat(100) }));
const total = (events: readonly Event[]): number => events.reduce((sum, { n }) => sum + n, 0);

describe("a log of what has happened", () => {
  test("has the sum of all entries, whoever appended them and in whatever batches", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(400), fc.boolean()), { maxLength: 12 }), (batches) => {
        const path = temporaryFolder();
        const processes = [open(path), open(path), open(path)];
        let all: Event[] = [];
        for (const [process, count, looks] of batches) {
          processes[process]?.append(many(count));
          all = [...all, ...many(count)];
          if (looks) expect(processes[(process + 1) % 3]?.sum()).toBe(total(all));
        }
        expect([...processes, open(path)].map((each) => each.sum())).toEqual([0, 0, 0, 0].map(() => total(all)));
        expect(open(path).last(7)).toEqual(all.slice(-7));
        expect(open(path).readFrom(0).entries).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });

  test("keeps the sum, so that nobody reads again what was counted", () => {
    const path = temporaryFolder();
    open(path).append(many(20_000));
    const file = join(path, "events.jsonl");
    const { size } = statSync(file);
    // What a reader must not need is made unreadable.
    writeFileSync(file, Buffer.concat([Buffer.alloc(size - 1, "x"), Buffer.from("\n")]), { flag: "r+" });
    expect(open(path).sum()).toBe(total(many(20_000)));
  });

  test("a line that a kill has cut off is left out, and spoils nothing that follows", () => {
    const path = temporaryFolder();
    open(path).append(many(3));
    appendFileSync(join(path, "events.jsonl"), '{"n":7,"te');
    expect(open(path).sum()).toBe(3);
    open(path).append(many(4));
    expect(open(path).sum()).toBe(3 + 6);
    expect(open(path).readFrom(0).entries).toEqual([...many(3), ...many(4)]);
  });

  test("a file that was removed and made anew is counted from its start", () => {
    const path = temporaryFolder();
    const [one, other] = [open(path), open(path)];
    one.append(many(2000));
    expect(other.sum()).toBe(total(many(2000)));
    one.clear();
    expect([one.sum(), other.sum()]).toEqual([0, 0]);
    one.append(many(3));
    expect([one.sum(), other.sum(), open(path).sum()]).toEqual([3, 3, 3]);
  });

  test("a damaged sum is made anew", () => {
    const path = temporaryFolder();
    open(path).append(many(2000));
    writeFileSync(join(path, "events.sum.json"), "{");
    expect(open(path).sum()).toBe(total(many(2000)));
    expect(readFileSync(join(path, "events.sum.json"), "utf8")).toContain('"offset"');
  });
});
