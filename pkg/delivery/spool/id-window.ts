import { hash } from "node:crypto";

const WORDS = 4;
const EMPTY = 0;

/** A digest of an id: 16 bytes of SHA-256, as a text of 16 characters below U+0100. */
export function digestOf(id: string): string {
  return hash("sha256", id, "binary").slice(0, WORDS * 4);
}

/**
 * The ids seen lately, oldest forgotten first. Holds 16 bytes an id in a ring, and an open-addressing index into it:
 * a `Set` of texts would take seven times as much.
 */
export class IdWindow {
  readonly #limit: number;
  #ring: Uint32Array;
  /** When each id of the ring came, in minutes. */
  #minutes: Uint32Array;
  #index: Int32Array;
  /** Number of the oldest id, and of the next; a number modulo the ring's size is a slot. */
  #oldest = 0;
  #next = 0;

  /** @param limit how many ids are remembered. */
  constructor(limit: number) {
    this.#limit = limit;
    this.#ring = new Uint32Array(1024 * WORDS);
    this.#minutes = new Uint32Array(1024);
    this.#index = new Int32Array(4096);
  }

  get size(): number {
    return this.#next - this.#oldest;
  }

  /** Number that the next new id gets: ids are numbered in the order in which they come. */
  get next(): number {
    return this.#next;
  }

  /**
   * Remembers an id; one that is there already keeps its number and its age.
   * @param at milliseconds since 1970.
   * @returns the id's number: the former {@link next} if it is new.
   */
  add(digest: string, at: number): number {
    return this.#addWords(wordsOf(digest), minuteOf(at));
  }

  /** Remembers ids as they stand in the spool: 16 bytes each. */
  addBlock(block: Uint8Array, at: number): void {
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    for (let from = 0; from < bytes.length; from += WORDS * 4)
      this.#addWords(wordsOf(bytes.toString("latin1", from, from + WORDS * 4)), minuteOf(at));
  }

  /** Forgets the oldest ids, up to the first that came at `time` or later. */
  forgetBefore(time: number): void {
    const minute = minuteOf(time);
    while (this.size > 0 && (this.#minutes[this.#oldest % this.#slots] ?? 0) < minute) this.#forgetOldest();
  }

  /** Forgets the newest ids, down to `next`: nothing came of them. */
  forgetFrom(next: number): void {
    while (this.#next > Math.max(next, this.#oldest)) {
      this.#next -= 1;
      this.#remove(this.#wordsAt(this.#next));
    }
  }

  #forgetOldest(): void {
    this.#remove(this.#wordsAt(this.#oldest));
    this.#oldest += 1;
  }

  #addWords(words: Words, minute: number): number {
    let place = this.#find(words);
    const found = (this.#index[place] ?? EMPTY) - 1;
    if (found >= 0) {
      const slots = this.#slots;
      return this.#oldest + ((found - (this.#oldest % slots) + slots) % slots);
    }
    if (this.size >= this.#limit || this.size === this.#slots) {
      if (this.size >= this.#limit) this.#forgetOldest();
      else this.#grow();
      place = this.#find(words);
    }
    const slot = this.#next % this.#slots;
    this.#ring.set(words, slot * WORDS);
    this.#minutes[slot] = minute;
    this.#index[place] = slot + 1;
    this.#next += 1;
    return this.#next - 1;
  }

  get #slots(): number {
    return this.#ring.length / WORDS;
  }

  #wordsAt(number: number): Words {
    const at = (number % this.#slots) * WORDS;
    return [this.#ring[at] ?? 0, this.#ring[at + 1] ?? 0, this.#ring[at + 2] ?? 0, this.#ring[at + 3] ?? 0];
  }

  /** Where the id stands in the index, or the empty place where it would. */
  #find([a, b, c, d]: Words): number {
    const mask = this.#index.length - 1;
    for (let place = a & mask; ; place = (place + 1) & mask) {
      const slot = (this.#index[place] ?? EMPTY) - 1;
      if (slot < 0) return place;
      const at = slot * WORDS;
      const ring = this.#ring;
      if (ring[at] === a && ring[at + 1] === b && ring[at + 2] === c && ring[at + 3] === d) return place;
    }
  }

  /** Takes an id out of the index and closes the gap, so that no search ends too early (Knuth 6.4, algorithm R). */
  #remove(words: Words): void {
    const mask = this.#index.length - 1;
    let gap = this.#find(words);
    for (let place = (gap + 1) & mask; this.#index[place] !== EMPTY; place = (place + 1) & mask) {
      const home = (this.#ring[((this.#index[place] ?? 1) - 1) * WORDS] ?? 0) & mask;
      if (((place - home) & mask) < ((place - gap) & mask)) continue;
      this.#index[gap] = this.#index[place] ?? EMPTY;
      gap = place;
    }
    this.#index[gap] = EMPTY;
  }

  #grow(): void {
    const old = { ring: this.#ring, minutes: this.#minutes, slots: this.#slots };
    this.#ring = new Uint32Array(old.ring.length * 2);
    this.#minutes = new Uint32Array(old.slots * 2);
    this.#index = new Int32Array(this.#index.length * 2);
    for (let number = this.#oldest; number < this.#next; number += 1) {
      const from = number % old.slots;
      const to = number % this.#slots;
      const [a = 0, b = 0, c = 0, d = 0] = old.ring.subarray(from * WORDS, from * WORDS + WORDS);
      this.#ring.set([a, b, c, d], to * WORDS);
      this.#minutes[to] = old.minutes[from] ?? 0;
      this.#index[this.#find([a, b, c, d])] = to + 1;
    }
  }
}

type Words = readonly [number, number, number, number];

function minuteOf(at: number): number {
  return Math.max(0, Math.floor(at / 60_000));
}

function wordsOf(digest: string): Words {
  const word = (at: number): number =>
    (digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24)) >>>
    0;
  return [word(0), word(4), word(8), word(12)];
}
