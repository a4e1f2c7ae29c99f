import { randomUUID } from "node:crypto";
import type {
  AddPermissionCommandInput,
  GetPolicyCommandInput,
  RemovePermissionCommandInput,
} from "@aws-sdk/client-lambda";
import { maybe, need } from "../call-input.ts";
import type { Operations } from "../cloud.ts";
import { AwsFault, RestAnswer } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { checkParameter } from "./limits.ts";
import { findFunction, functionArn, functionPolicy, notFound, policiesOf } from "./model.ts";

interface Inputs {
  GetPolicy: GetPolicyCommandInput;
  AddPermission: AddPermissionCommandInput;
  RemovePermission: RemovePermissionCommandInput;
}

/** Who may invoke functions. */
export const permissionOperations: Operations<Inputs> = {
  GetPolicy(call, cloud) {
    const { fn } = findFunction(call, cloud);
    const policy = functionPolicy(fn, maybe(call, "Qualifier") ?? "");
    if (policy === undefined) throw notFound("The resource you requested does not exist.");
    return { Policy: policy, RevisionId: randomUUID() };
  },
  AddPermission(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const [id, qualifier] = [need(call, "StatementId"), maybe(call, "Qualifier") ?? ""];
    checkParameter("statementId", id);
    const statements = policiesOf(fn)[qualifier] ?? {};
    if (Object.hasOwn(statements, id))
      throw new AwsFault(
        "ResourceConflictException",
        `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    const resource = functionArn(call, name) + (qualifier === "" ? "" : `:${qualifier}`);
    const statement = statementOf(call, id, resource);
    cloud.store.put(shelf, name, {
      ...fn,
      policies: { ...policiesOf(fn), [qualifier]: { ...statements, [id]: statement } },
    });
    return new RestAnswer(201, { Statement: JSON.stringify(statement) });
  },
  RemovePermission(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const [id, qualifier] = [need(call, "StatementId"), maybe(call, "Qualifier") ?? ""];
    const statements = policiesOf(fn)[qualifier] ?? {};
    if (!Object.hasOwn(statements, id)) throw notFound(`Statement ${id} is not found in resource policy.`);
    const { [id]: _, ...kept } = statements;
    cloud.store.put(shelf, name, { ...fn, policies: { ...policiesOf(fn), [qualifier]: kept } });
    return new RestAnswer(204);
  },
};

function statementOf(call: AwsCall<AddPermissionCommandInput>, id: string, resource: string): object {
  const [action, principal] = [need(call, "Action"), need(call, "Principal")];
  checkParameter("action", action);
  checkParameter("principal", principal);
  const [source, account] = [maybe(call, "SourceArn"), maybe(call, "SourceAccount")];
  const condition = {
    ...(account ? { StringEquals: { "AWS:SourceAccount": account } } : {}),
    ...(source ? { ArnLike: { "AWS:SourceArn": source } } : {}),
  };
  return {
    Sid: id,
    Effect: "Allow",
    Principal: /^\d{12}$/.test(principal) ? { AWS: `arn:aws:iam::${principal}:root` } : { Service: principal },
    Action: action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  };
}
