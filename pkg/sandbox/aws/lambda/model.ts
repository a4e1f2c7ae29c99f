import { need, shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";

/** The name in a function's name, ARN, or either with a qualifier. */
export function functionName(call: AwsCall): string {
  const text = need(call, "FunctionName");
  return (/:function:([^:]+)/.exec(text)?.[1] ?? text).split(":")[0] ?? "";
}

/** The function that a call names. @throws AwsFault when there is none. */
export function findFunction(call: AwsCall, { store }: Cloud): { shelf: string; name: string; fn: Item } {
  const name = functionName(call);
  const shelf = shelfOf(call, "function");
  const fn = store.get(shelf, name);
  if (!fn) throw new AwsFault("ResourceNotFoundException", `Function not found: ${functionArn(call, name)}`, 404);
  return { shelf, name, fn };
}

/** The ARN of a function, without qualifier. */
export const functionArn = ({ account, region }: AwsCall, name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Statements by qualifier (`""` for the function itself), then by id. */
export type Policies = Record<string, Record<string, object>>;

/** The permissions of a function. */
export const policiesOf = (fn: Item): Policies => (fn["policies"] ?? {}) as Policies;

/** A function's resource policy, as text. */
export function functionPolicy(fn: Item, qualifier: string): string | undefined {
  const statements = Object.values(policiesOf(fn)[qualifier] ?? {});
  return statements.length === 0
    ? undefined
    : JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
}

/** A function as the API answers it. */
export function shownFunction(call: AwsCall, name: string, kept: Item): Item {
  const { policies: _, ...fn } = kept;
  return {
    ...fn,
    FunctionName: name,
    FunctionArn: functionArn(call, name),
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}
