import { need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { checkParameter } from "./limits.ts";

type Named<Input> = AwsCall<Input & { FunctionName: string | undefined }>;

/** The name in a function's name or ARN, either with a qualifier or without. @throws AwsFault for what is neither. */
export function functionName<Input>(call: Named<Input>): string {
  const text = need(call, "FunctionName");
  checkParameter("functionName", text);
  return (/function:([^:]+)/.exec(text)?.[1] ?? text).split(":")[0] ?? "";
}

/** A function with what belongs to it. */
export interface Found {
  shelf: string;
  name: string;
  fn: Item;
}

/** The function that a call names. @throws AwsFault when there is none. */
export function findFunction<Input>(call: Named<Input>, { store }: Cloud): Found {
  const name = functionName(call);
  const shelf = shelfOf(call, "function");
  const fn = store.get(shelf, name);
  if (!fn) throw notFound(`Function not found: ${functionArn(call, name)}`);
  return { shelf, name, fn };
}

/** 404 in Lambda's words. */
export function notFound(message: string): AwsFault {
  return new AwsFault("ResourceNotFoundException", message, 404);
}

/** The ARN of a function, without qualifier. */
export const functionArn = ({ account, region }: Pick<AwsCall, "account" | "region">, name: string): string =>
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

/** Configurations of published versions, by number. */
export const versionsOf = (fn: Item): Record<string, Item> => (fn["versions"] ?? {}) as Record<string, Item>;

/** Aliases by name. */
export const aliasesOf = (fn: Item): Record<string, Alias> => (fn["aliases"] ?? {}) as Record<string, Alias>;

/** A name for a version. */
export interface Alias {
  FunctionVersion: string;
  Description: string;
  RoutingConfig?: unknown;
  RevisionId: string;
}

/** What belongs to a function but not to its configuration. */
const APART = new Set(["policies", "versions", "aliases", "Tags", "Concurrency"]);

/** A function as the API answers it. @param version `$LATEST`, or the configuration of a published version. */
export function shownFunction(call: AwsCall, name: string, kept: Item, version = "$LATEST"): Item {
  const config = Object.fromEntries(Object.entries(kept).filter(([key]) => !APART.has(key)));
  return {
    Description: "",
    Timeout: 3,
    MemorySize: 128,
    PackageType: "Zip",
    Architectures: ["x86_64"],
    TracingConfig: { Mode: "PassThrough" },
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: `/aws/lambda/${name}` },
    ...config,
    FunctionName: name,
    FunctionArn: `${functionArn(call, name)}${version === "$LATEST" ? "" : `:${version}`}`,
    Version: version,
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}

/** The configuration that a qualifier stands for: `$LATEST`, a version, or an alias. @throws AwsFault. */
export function shownQualified(call: AwsCall, { name, fn }: Found, qualifier: string | undefined): Item {
  if (qualifier === undefined || qualifier === "$LATEST") return shownFunction(call, name, fn);
  const aliases = aliasesOf(fn);
  const version = Object.hasOwn(aliases, qualifier) ? (aliases[qualifier]?.FunctionVersion ?? "") : qualifier;
  if (version === "$LATEST") return shownFunction(call, name, fn);
  const versions = versionsOf(fn);
  const config = Object.hasOwn(versions, version) ? versions[version] : undefined;
  if (!config) throw notFound(`Function not found: ${functionArn(call, name)}:${qualifier}`);
  return shownFunction(call, name, config, version);
}
