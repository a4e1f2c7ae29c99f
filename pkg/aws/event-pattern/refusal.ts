/** Why a pattern is refused; steps lead from the enclosing array's item to the place. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly steps: (string | number)[];

  /** @param reason in the service's words. */
  constructor(reason: string, steps: (string | number)[] = []) {
    super(reason);
    this.steps = steps;
  }
}

export const ONE_KEY = "Only one key allowed in match expression";
export const TOO_MANY = "Too many elements in numeric expression";
