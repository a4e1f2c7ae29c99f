import { need } from "../call-input.ts";
import type { Operation } from "../cloud.ts";

/** STS. */
export const stsOperations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ account }) => ({
    Arn: `arn:aws:iam::${account}:user/sandbox`,
    UserId: "AIDASANDBOX0000000000",
    Account: account,
  }),
  AssumeRole(call) {
    const [, account = call.account] = /^arn:[^:]+:iam::(\d{12}):role/.exec(need(call, "RoleArn")) ?? [];
    return {
      Credentials: {
        // The sandbox takes the account from the access key.
        AccessKeyId: account,
        SecretAccessKey: "sandbox",
        SessionToken: "sandbox",
        Expiration: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, "Z"),
      },
      AssumedRoleUser: { AssumedRoleId: "AROASANDBOX:session", Arn: `${need(call, "RoleArn")}/session` },
    };
  },
};
