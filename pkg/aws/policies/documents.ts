/** One statement of a policy. */
export type Statement = Record<string, unknown> & { Sid?: string };

/** A policy document. */
interface PolicyDocument {
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
function parsePolicy(text: unknown): PolicyDocument {
  if (typeof text !== "string" || text === "") return { Version: "2012-10-17", Statement: [] };
  const { Statement = [], ...rest } = JSON.parse(text) as { Statement?: Statement | Statement[] };
  return { ...rest, Statement: Array.isArray(Statement) ? Statement : [Statement] };
}

/**
 * The `Sid` of the statement that a policy resource owns, out of its inputs: what a program puts into a policy that
 * others use too stands last, and has our mark. `undefined` where the policy is a resource's own as a whole.
 */
export function ownSid(inputs: unknown): string | undefined {
  const { Sid } = parsePolicy(inputs).Statement.at(-1) ?? {};
  return Sid?.startsWith(OUR_SID) ? Sid : undefined;
}

/** The part of a policy that a resource owns, as a text to compare. @param sid its statement; all when `undefined`. */
export function ownPart(policy: unknown, sid: string | undefined): string {
  const { Statement } = parsePolicy(policy);
  return JSON.stringify({ Statement: sid === undefined ? Statement : Statement.filter((each) => each.Sid === sid) });
}

/** A policy with a statement put in, or brought up to date; it stands last, and what others have there stays. */
export function withStatement(live: string | undefined, statement: Statement): string {
  const { Statement, ...rest } = parsePolicy(live);
  return JSON.stringify({ ...rest, Statement: [...Statement.filter(({ Sid }) => Sid !== statement.Sid), statement] });
}

/** A policy with a statement taken out; `""` when none is left. */
function withoutStatement(live: string, sid: string): string {
  const { Statement, ...rest } = parsePolicy(live);
  const left = Statement.filter(({ Sid }) => Sid !== sid);
  return left.length === 0 ? "" : JSON.stringify({ ...rest, Statement: left });
}

/**
 * What a shared policy becomes when a resource's part of it changes. A policy without our mark replaces the whole.
 * @param live the policy as it is now.
 * @param sid the resource's own statement.
 * @param wanted the policy that the program asks for; absent when the resource goes.
 */
export function mergedPolicy(live: string, sid: string | undefined, wanted: string | undefined): string {
  if (sid === undefined) return wanted ?? "";
  const own = parsePolicy(wanted).Statement.find(({ Sid }) => Sid === sid);
  return own ? withStatement(live, own) : withoutStatement(live, sid);
}
