import { membersOf, numberText } from "./json-text.ts";
import { Refusal, TOO_MANY } from "./refusal.ts";
import { comparable } from "./values.ts";

const COMPARE: ReadonlyMap<unknown, (value: number, bound: number) => boolean> = new Map([
  ["=", (value, bound) => value === bound],
  ["<", (value, bound) => value < bound],
  ["<=", (value, bound) => value <= bound],
  [">", (value, bound) => value > bound],
  [">=", (value, bound) => value >= bound],
]);

/** The comparison that `{"numeric": operand}` stands for. @throws Refusal with the service's reason. */
export function numericTest(operand: readonly unknown[]): (value: number) => boolean {
  const [operator, bound, topOperator, top] = operand;
  if (typeof operator !== "string")
    throw new Refusal(`Invalid member in numeric match: ${token(operator, operand.length)}`);
  const compare = COMPARE.get(operator);
  if (!compare) throw new Refusal(`Unrecognized numeric range operator: ${operator}`);
  const written = numberWritten(bound, operator === "=" ? "equals" : operator);
  if (operand.length === 2) {
    const low = comparableBound(written);
    return (value) => compare(value, low);
  }
  if (!operator.startsWith(">")) throw new Refusal(TOO_MANY);
  if (typeof topOperator !== "string")
    throw new Refusal(`Bad value in numeric range: ${token(topOperator, operand.length)}`);
  if (topOperator !== "<" && topOperator !== "<=") throw new Refusal(`Bad numeric range operator: ${topOperator}`);
  const topWritten = numberWritten(top, topOperator);
  if (operand.length > 4) throw new Refusal("Too many terms in numeric range expression");
  const [low, high] = [comparableBound(written), comparableBound(topWritten)];
  if (low >= high) throw new Refusal("Bottom must be less than top");
  return (value) => compare(value, low) && (topOperator === "<" ? value < high : value <= high);
}

function numberWritten(bound: unknown, name: string): string {
  const written = numberText(bound);
  if (written === undefined) throw new Refusal(`Value of ${name} must be numeric`);
  return written;
}

function comparableBound(written: string): number {
  const number = comparable(written);
  if (number === undefined) throw new Refusal(`Cannot compare number : ${written}`);
  return number;
}

/** A JSON token as the service's parser shows it; past the end of the list it sees the bracket. */
function token(value: unknown, length: number): string {
  if (value === undefined && length < 4) return "]";
  if (Array.isArray(value)) return "[";
  return membersOf(value) ? "{" : (numberText(value) ?? String(value));
}
