import { isInvalidInput } from "../../../diagnostics/index.ts";
import { packageOf } from "./provider-registry.ts";

/** Packages whose credentials are not there, with what was said of it. */
export class MissingCredentials {
  readonly reasons = new Map<string, string>();

  /**
   * Does work that needs credentials.
   * @param token type or function that it is about.
   * @returns what it gave; `undefined` when the credentials are missing.
   * @throws every other failure.
   */
  async tolerate<T>(token: string, work: () => Promise<T>): Promise<{ value: T } | undefined> {
    try {
      return { value: await work() };
    } catch (error) {
      const [problem] = isInvalidInput(error) ? error.diagnostics : [];
      if (problem?.code !== "missing-credentials") throw error;
      this.reasons.set(packageOf(token), problem.message);
      return undefined;
    }
  }
}
