import * as z from "zod/mini";
import type { PropertyMap } from "../../../values/index.ts";
import { Refusal, answeredJson, isAwsError, undefinedIfMissing } from "../errors.ts";
import { given, requireText, text } from "../properties.ts";
import type { AwsResourceType } from "../resource.ts";

const PERMISSION = ["action", "principal", "sourceArn", "sourceAccount", "principalOrgId", "eventSourceToken"] as const;

/** `aws:lambda/permission:Permission`: one statement of a function's policy. */
export const permission: AwsResourceType = {
  type: "aws:lambda/permission:Permission",
  required: ["action", "function", "principal"],
  replaceOn: [...PERMISSION, "function", "qualifier", "statementId", "statementIdPrefix"],
  defaults: { statementIdPrefix: "" },
  computed: [],
  autoName: { property: "statementId", limit: 100 },
  coexists: (changed) => changed.includes("statementId") || changed.includes("function"),
  idOf: (properties) => requireText(properties, "statementId"),
  /** `function:qualifier/statement`, as the provider imports it; ids cannot be taken apart. */
  knownFrom(id) {
    const [, fn, qualifier, statementId] = /^(.+?)(?::([^:/]+))?\/([^/]+)$/.exec(id) ?? [];
    return fn === undefined ? { statementId: id } : { function: fn, statementId, ...(qualifier ? { qualifier } : {}) };
  },
  async create(inputs, aws) {
    try {
      await aws.send("lambda", "AddPermissionCommand", {
        ...functionOf(inputs),
        StatementId: requireText(inputs, "statementId"),
        Action: requireText(inputs, "action"),
        Principal: requireText(inputs, "principal"),
        ...given({
          SourceArn: text(inputs["sourceArn"]),
          SourceAccount: text(inputs["sourceAccount"]),
          PrincipalOrgID: text(inputs["principalOrgId"]),
          EventSourceToken: text(inputs["eventSourceToken"]),
        }),
      });
    } catch (error) {
      if (!isAwsError(error, "ResourceConflictException")) throw error;
      const live = await permission.read(inputs, aws);
      const same =
        live && ["action", "principal", "sourceArn"].every((name) => (live[name] ?? "") === (inputs[name] ?? ""));
      if (!same)
        throw new Refusal(
          `the function's policy has another statement ${requireText(inputs, "statementId")} already`,
          "remove it: aws lambda remove-permission",
        );
    }
    return {};
  },
  update: async () => ({}),
  async delete(old, aws) {
    await undefinedIfMissing(
      aws.send("lambda", "RemovePermissionCommand", {
        ...functionOf(old),
        StatementId: requireText(old, "statementId"),
      }),
    );
  },
  async read(known, aws) {
    if (text(known["function"]) === undefined) return undefined;
    const answer = await undefinedIfMissing(aws.send("lambda", "GetPolicyCommand", functionOf(known)));
    const found = answer && statementOf(answer.Policy, requireText(known, "statementId"));
    if (!found) return undefined;
    const { Action, Principal } = found;
    return {
      statementId: found.Sid,
      function: known["function"],
      action: Action,
      principal: typeof Principal === "string" ? Principal : (Principal.Service ?? Principal.AWS),
      ...given({
        qualifier: text(known["qualifier"]),
        sourceArn: conditionOf(found, "aws:sourcearn"),
        sourceAccount: conditionOf(found, "aws:sourceaccount"),
      }),
    };
  },
};

const lambdaStatement = z.looseObject({
  Sid: z.string(),
  Action: z.string(),
  Principal: z.union([z.string(), z.looseObject({ Service: z.optional(z.string()), AWS: z.optional(z.string()) })]),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.string()))),
});
type LambdaStatement = z.infer<typeof lambdaStatement>;

/** The statement of that id in a function's policy; statements that are not of our making may look otherwise. */
function statementOf(policy: string | undefined, id: string): LambdaStatement | undefined {
  const document = z.safeParse(
    z.looseObject({ Statement: z.array(z.unknown()) }),
    answeredJson(policy, "lambda:GetPolicy Policy"),
  );
  for (const each of document.success ? document.data.Statement : []) {
    const statement = z.safeParse(lambdaStatement, each);
    if (statement.success && statement.data.Sid === id) return statement.data;
  }
  return undefined;
}

function conditionOf({ Condition = {} }: LambdaStatement, name: string): string | undefined {
  const conditions = Object.values(Condition).flatMap((keys) => Object.entries(keys));
  return conditions.find(([key]) => key.toLowerCase() === name)?.[1];
}

function functionOf(properties: PropertyMap): { FunctionName: string; Qualifier?: string } {
  return { FunctionName: requireText(properties, "function"), ...given({ Qualifier: text(properties["qualifier"]) }) };
}
