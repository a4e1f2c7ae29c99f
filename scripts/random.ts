/** A small generator of random numbers (mulberry32): the same sequence for a seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

let random = generator(0);

/** Starts the sequence anew. */
export function startRandom(seed: number): void {
  random = generator(seed);
}

/** A number from 0 up to, not including, 1. */
export const fraction = (): number => random();
export const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
export const chance = (p: number): boolean => random() < p;
/** A whole number from 1 to `n`. */
export const upTo = (n: number): number => 1 + Math.floor(random() * n);
