import type { Found } from "../provider-contract/index.ts";

/**
 * Live resources that a command has read for its plan, so that what it then carries out need not read them again. What
 * was approved is what is compared. Each is used once.
 */
export class LiveReads {
  readonly #found = new Map<string, Found | undefined>();

  /** @param found `undefined`: the resource is gone. */
  keep(urn: string, id: string, found: Found | undefined): void {
    this.#found.set(keyOf(urn, id), found);
  }

  /** @returns `undefined` when it was not read; else what was found. */
  take(urn: string, id: string): { found: Found | undefined } | undefined {
    const key = keyOf(urn, id);
    if (!this.#found.has(key)) return undefined;
    const found = this.#found.get(key);
    this.#found.delete(key);
    return { found };
  }
}

function keyOf(urn: string, id: string): string {
  return JSON.stringify([urn, id]);
}
