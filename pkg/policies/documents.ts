/** One statement of a policy. */
export type Statement = Record<string, unknown> & { Sid?: string };

/** A policy document. */
export interface PolicyDocument {
  Version?: string;
  Id?: string;
  Statement: Statement[];
}

/** What the `Sid` of every statement starts with that this project puts into a policy which others use too. */
export const OUR_SID = "Auth0Streams";

/** Whether two texts are one JSON document: order of keys and of lists of texts, and lists of one, make no difference. */
export function sameDocument(left: unknown, right: unknown): boolean {
  if (typeof left !== "string" || typeof right !== "string") return false;
  if (left === right) return true;
  try {
    return JSON.stringify(canonical(JSON.parse(left))) === JSON.stringify(canonical(JSON.parse(right)));
  } catch {
    return false;
  }
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    if (items.length === 1) return items[0];
    return items.every((item) => typeof item === "string") ? items.toSorted() : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, canonical(each)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads a policy; one that is empty has no statements. */
export function parsePolicy(text: unknown): PolicyDocument {
  if (typeof text !== "string" || text === "") return { Version: "2012-10-17", Statement: [] };
  const { Statement = [], ...rest } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  return { ...rest, Statement: Array.isArray(Statement) ? Statement : [Statement] };
}

const isOurs = ({ Sid }: Statement): boolean => Sid?.startsWith(OUR_SID) ?? false;

/** The statements a policy resource owns: those with our mark, or all where none has it. */
export function ownStatements(policy: unknown): Statement[] {
  const { Statement } = parsePolicy(policy);
  const ours = Statement.filter(isOurs);
  return ours.length > 0 ? ours : Statement;
}

/**
 * A policy after ours has changed: the statements `now` has are put in, those only `before` had are taken out, and what
 * others have put there meanwhile stays. A policy without our mark is a whole that replaces what is there.
 * @returns the document as text; `""` when no statement is left.
 */
export function mergedPolicy(live: string, before: unknown, now: unknown): string {
  const [old, wanted] = [ownStatements(before), ownStatements(now)];
  const isShared = [...old, ...wanted].some(isOurs);
  if (!isShared) return typeof now === "string" ? now : "";
  const document = parsePolicy(live);
  const mine = new Set([...old, ...wanted].map(({ Sid }) => Sid));
  const Statement = [...document.Statement.filter(({ Sid }) => !Sid || !mine.has(Sid)), ...wanted];
  return Statement.length === 0 ? "" : JSON.stringify({ ...document, Statement });
}
