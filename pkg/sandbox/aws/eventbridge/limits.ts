/** Limits and forms that EventBridge holds names to (its API reference and quotas). */
export const PARTNER_NAME = /^aws\.partner(\/[.\-_A-Za-z0-9]+){2,}$/;
export const BUS_NAME = /^[/.\-_A-Za-z0-9]{1,256}$/;
/** Entries of one PutEvents. */
export const MAX_ENTRIES = 10;
export const MAX_BUSES = 100;
/** An offered source expires; AWS says when, and names no period. Two weeks here. */
export const SOURCE_LIFETIME_MS = 14 * 24 * 3_600_000;

export const MAX_RULES = 300;
export const MAX_TARGETS = 5;
/** Services that EventBridge reaches only with a role. */
export const NEEDS_ROLE = /^arn:[^:]+:(kinesis|firehose|states|ecs|batch|ssm):|:api-destination\//;
