import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IdWindow, digestOf } from "../../pkg/delivery/spool/id-window.ts";

const MINUTE = 60_000;

/** The same window, simply: a list. */
class Model {
  list: { id: string; minute: number }[] = [];
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(id: string, minute: number): boolean {
    if (this.list.some((each) => each.id === id)) return false;
    if (this.list.length >= this.limit) this.list.shift();
    this.list.push({ id, minute });
    return true;
  }

  forgetBefore(minute: number): void {
    while (this.list[0] && this.list[0].minute < minute) this.list.shift();
  }
}

describe("the window of ids", () => {
  test("behaves as a list of the last ids, whatever happens", () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ do: fc.constant("add" as const), id: fc.integer({ min: 0, max: 3000 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("tick" as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("expire" as const), age: fc.integer({ min: 1, max: 9 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("undo" as const), count: fc.integer({ min: 1, max: 5 }) }) },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1500 }),
        fc.array(step, { maxLength: 400 }),
        fc.integer({ min: 0, max: 1200 }),
        (limit, steps, filled) => {
          const window = new IdWindow(limit);
          const model = new Model(limit);
          let minute = 100;
          const add = (id: string): void => {
            const { next } = window;
            expect(window.add(digestOf(id), minute * MINUTE) === next).toBe(model.add(id, minute));
          };
          for (let id = 0; id < filled; id += 1) add(`filled ${id}`);
          for (const each of steps) {
            if (each.do === "add") add(String(each.id));
            else if (each.do === "tick") minute += 1;
            else if (each.do === "expire") {
              window.forgetBefore((minute - each.age) * MINUTE);
              model.forgetBefore(minute - each.age);
            } else {
              window.forgetFrom(window.next - each.count);
              model.list.splice(Math.max(0, model.list.length - each.count));
            }
            expect(window.size).toBe(model.list.length);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("takes ids back from the spool", () => {
    const window = new IdWindow(100);
    window.addBlock(Buffer.from(digestOf("a") + digestOf("b"), "latin1"), 0);
    const { next } = window;
    expect([window.add(digestOf("a"), 0), window.add(digestOf("b"), 0)]).toEqual([0, 1]);
    expect(window.add(digestOf("c"), 0)).toBe(next);
  });
});
