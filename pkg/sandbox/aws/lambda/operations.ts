import { createHash, randomUUID } from "node:crypto";
import { maybe, need, shelfOf } from "../cloud.ts";
import type { Operation } from "../cloud.ts";
import { AwsFault, RestAnswer } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { findFunction, functionArn, functionName, functionPolicy, policiesOf, shownFunction } from "./model.ts";

/** AWS Lambda; invocations are apart, because they take time. */
export const lambdaOperations: Readonly<Record<string, Operation>> = {
  CreateFunction(call, { store }) {
    const name = functionName(call);
    if (store.get(shelfOf(call, "function"), name))
      throw new AwsFault("ResourceConflictException", `Function already exist: ${name}`, 409);
    const { Code: code, FunctionName: _, ...config } = call.params;
    const text = JSON.stringify(code ?? {});
    const fn: Item = {
      ...config,
      CodeSha256: createHash("sha256").update(text).digest("base64"),
      CodeSize: text.length,
      LastModified: new Date().toISOString(),
      Version: "$LATEST",
    };
    store.put(shelfOf(call, "function"), name, fn);
    return new RestAnswer(201, shownFunction(call, name, fn));
  },
  GetFunction(call, cloud) {
    const { name, fn } = findFunction(call, cloud);
    return { Configuration: shownFunction(call, name, fn), Code: { RepositoryType: "S3" } };
  },
  GetFunctionConfiguration(call, cloud) {
    const { name, fn } = findFunction(call, cloud);
    return shownFunction(call, name, fn);
  },
  ListFunctions: (call, { store }) => ({
    Functions: store.all(shelfOf(call, "function")).map(([name, fn]) => shownFunction(call, name, fn)),
  }),
  DeleteFunction(call, cloud) {
    const { shelf, name } = findFunction(call, cloud);
    cloud.store.remove(shelf, name);
    return new RestAnswer(204);
  },
  GetPolicy(call, cloud) {
    const { fn } = findFunction(call, cloud);
    const policy = functionPolicy(fn, maybe(call, "Qualifier") ?? "");
    if (policy === undefined)
      throw new AwsFault("ResourceNotFoundException", "The resource you requested does not exist.", 404);
    return { Policy: policy, RevisionId: randomUUID() };
  },
  AddPermission(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const [id, qualifier] = [need(call, "StatementId"), maybe(call, "Qualifier") ?? ""];
    const statements = policiesOf(fn)[qualifier] ?? {};
    if (statements[id])
      throw new AwsFault(
        "ResourceConflictException",
        `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    const principal = need(call, "Principal");
    const [source, account] = [maybe(call, "SourceArn"), maybe(call, "SourceAccount")];
    const condition = {
      ...(account ? { StringEquals: { "AWS:SourceAccount": account } } : {}),
      ...(source ? { ArnLike: { "AWS:SourceArn": source } } : {}),
    };
    const statement = {
      Sid: id,
      Effect: "Allow",
      Principal: /^\d{12}$/.test(principal) ? { AWS: `arn:aws:iam::${principal}:root` } : { Service: principal },
      Action: need(call, "Action"),
      Resource: functionArn(call, name) + (qualifier === "" ? "" : `:${qualifier}`),
      ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
    };
    cloud.store.put(shelf, name, {
      ...fn,
      policies: { ...policiesOf(fn), [qualifier]: { ...statements, [id]: statement } },
    });
    return new RestAnswer(201, { Statement: JSON.stringify(statement) });
  },
  RemovePermission(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const [id, qualifier] = [need(call, "StatementId"), maybe(call, "Qualifier") ?? ""];
    const { [id]: gone, ...kept } = policiesOf(fn)[qualifier] ?? {};
    if (!gone) throw new AwsFault("ResourceNotFoundException", `Statement ${id} is not found in resource policy.`, 404);
    cloud.store.put(shelf, name, { ...fn, policies: { ...policiesOf(fn), [qualifier]: kept } });
    return new RestAnswer(204);
  },
};
