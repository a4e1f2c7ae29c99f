import { randomUUID } from "node:crypto";
import type {
  CreateAliasCommandInput,
  DeleteAliasCommandInput,
  GetAliasCommandInput,
  ListAliasesCommandInput,
  ListVersionsByFunctionCommandInput,
  PublishVersionCommandInput,
  UpdateAliasCommandInput,
} from "@aws-sdk/client-lambda";
import { maybe, need } from "../call-input.ts";
import type { Cloud, Operations } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault, RestAnswer } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { checkParameter } from "./limits.ts";
import { aliasesOf, findFunction, functionArn, notFound, shownFunction, versionsOf } from "./model.ts";
import type { Alias } from "./model.ts";

interface Inputs {
  PublishVersion: PublishVersionCommandInput;
  ListVersionsByFunction: ListVersionsByFunctionCommandInput;
  CreateAlias: CreateAliasCommandInput;
  GetAlias: GetAliasCommandInput;
  ListAliases: ListAliasesCommandInput;
  UpdateAlias: UpdateAliasCommandInput;
  DeleteAlias: DeleteAliasCommandInput;
}

/** Published versions of functions, and names for them. */
export const versionOperations: Operations<Inputs> = {
  PublishVersion(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const versions = versionsOf(fn);
    const [last, config] = Object.entries(versions).at(-1) ?? ["0", undefined];
    // What has not changed since the last version is not published again.
    if (config && config["RevisionId"] === fn["RevisionId"])
      return new RestAnswer(201, shownFunction(call, name, config, last));
    const version = String(Number(last) + 1);
    const { policies: _, versions: __, aliases: ___, Tags: ____, ...current } = fn;
    const description = maybe(call, "Description");
    const published: Item = { ...current, ...(description ? { Description: description } : {}) };
    cloud.store.put(shelf, name, { ...fn, versions: { ...versions, [version]: published } });
    return new RestAnswer(201, shownFunction(call, name, published, version));
  },
  ListVersionsByFunction(call, cloud) {
    const { name, fn } = findFunction(call, cloud);
    const published = Object.entries(versionsOf(fn));
    return {
      Versions: [
        { ...shownFunction(call, name, fn), FunctionArn: `${functionArn(call, name)}:$LATEST` },
        ...published.map(([version, config]) => shownFunction(call, name, config, version)),
      ],
    };
  },
  CreateAlias(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const alias = need(call, "Name");
    checkParameter("name", alias);
    if (Object.hasOwn(aliasesOf(fn), alias))
      throw new AwsFault("ResourceConflictException", `Alias already exists: ${functionArn(call, name)}:${alias}`, 409);
    const made = aliasFrom(call, fn, name, undefined);
    cloud.store.put(shelf, name, { ...fn, aliases: { ...aliasesOf(fn), [alias]: made } });
    return new RestAnswer(201, shownAlias(call, name, alias, made));
  },
  GetAlias(call, cloud) {
    const { name, alias, kept } = findAlias(call, cloud);
    return shownAlias(call, name, alias, kept);
  },
  ListAliases(call, cloud) {
    const { name, fn } = findFunction(call, cloud);
    return { Aliases: Object.entries(aliasesOf(fn)).map(([alias, kept]) => shownAlias(call, name, alias, kept)) };
  },
  UpdateAlias(call, cloud) {
    const { shelf, name, fn, alias, kept } = findAlias(call, cloud);
    const changed = aliasFrom(call, fn, name, kept);
    cloud.store.put(shelf, name, { ...fn, aliases: { ...aliasesOf(fn), [alias]: changed } });
    return shownAlias(call, name, alias, changed);
  },
  DeleteAlias(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const { [need(call, "Name")]: _, ...aliases } = aliasesOf(fn);
    cloud.store.put(shelf, name, { ...fn, aliases });
    return new RestAnswer(204);
  },
};

/** An alias as a call wants it. @throws AwsFault when there is no such version. */
function aliasFrom(call: AwsCall<UpdateAliasCommandInput>, fn: Item, name: string, old: Alias | undefined): Alias {
  const version = maybe(call, "FunctionVersion") ?? old?.FunctionVersion ?? "";
  if (version !== "$LATEST" && !Object.hasOwn(versionsOf(fn), version))
    throw notFound(`Function not found: ${functionArn(call, name)}:${version}`);
  return {
    FunctionVersion: version,
    Description: maybe(call, "Description") ?? old?.Description ?? "",
    ...(call.params.RoutingConfig === undefined ? {} : { RoutingConfig: call.params.RoutingConfig }),
    RevisionId: randomUUID(),
  };
}

function findAlias(call: AwsCall<GetAliasCommandInput>, cloud: Cloud) {
  const found = findFunction(call, cloud);
  const alias = need(call, "Name");
  const aliases = aliasesOf(found.fn);
  const kept = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (!kept) throw notFound(`Cannot find alias arn: ${functionArn(call, found.name)}:${alias}`);
  return { ...found, alias, kept };
}

function shownAlias(call: Pick<AwsCall, "account" | "region">, name: string, alias: string, kept: Alias): Item {
  return { AliasArn: `${functionArn(call, name)}:${alias}`, Name: alias, ...kept };
}
