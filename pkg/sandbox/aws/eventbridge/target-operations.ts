import { listOf, need } from "../call-input.ts";
import type { Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import { MAX_TARGETS, NEEDS_ROLE } from "./limits.ts";
import { findRule, placeOfRules } from "./rules.ts";
import type { Rule, Target } from "./rules.ts";

/** Targets of rules. */
export const targetOperations: Readonly<Record<string, Operation>> = {
  PutTargets(call, cloud) {
    const { shelf, rule } = findRule(call, cloud, "Rule");
    const added = listOf<Target>(call, "Targets");
    if (added.length > 10) throw new AwsFault("ValidationException", "At most 10 targets can be given.");
    const targets = { ...rule.Targets };
    for (const target of added) {
      checkTarget(target);
      targets[target.Id] = target;
    }
    if (Object.keys(targets).length > MAX_TARGETS)
      throw new AwsFault("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    cloud.store.put(shelf, rule.Name, { ...rule, Targets: targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
  RemoveTargets(call, cloud) {
    const { shelf, rule } = findRule(call, cloud, "Rule");
    const gone = listOf<string>(call, "Ids");
    const targets = Object.entries(rule.Targets).filter(([id]) => !gone.includes(id));
    cloud.store.put(shelf, rule.Name, { ...rule, Targets: Object.fromEntries(targets) });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
  ListTargetsByRule: (call, cloud) => ({ Targets: Object.values(findRule(call, cloud, "Rule").rule.Targets) }),
  ListRuleNamesByTarget(call, cloud) {
    const { shelf } = placeOfRules(call, cloud);
    const arn = need(call, "TargetArn");
    const rules = cloud.store
      .all(shelf)
      .filter(([, rule]) => Object.values((rule as Rule).Targets).some(({ Arn }) => Arn === arn));
    return { RuleNames: rules.map(([name]) => name) };
  },
};

function checkTarget({ Id, Arn, RoleArn, SqsParameters, DeadLetterConfig }: Target): void {
  const refuse = (message: string): never => {
    throw new AwsFault("ValidationException", message);
  };
  if (!Id || !/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) refuse(`Target id ${Id} is not valid.`);
  if (!Arn || !Arn.startsWith("arn:")) refuse(`Provided Arn is not in correct format. Reason: ${Arn}`);
  if (NEEDS_ROLE.test(Arn) && !RoleArn) refuse(`RoleArn is required for target ${Arn}.`);
  if (/:sqs:.*\.fifo$/.test(Arn) && !SqsParameters?.MessageGroupId)
    refuse(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
  if (DeadLetterConfig?.Arn !== undefined && !/:sqs:/.test(DeadLetterConfig.Arn))
    refuse(`Dead letter queue ${DeadLetterConfig.Arn} is not an SQS queue.`);
}
