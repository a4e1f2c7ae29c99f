// Pulumi components: the only place that says which resources a manifest means, and the only user of `@pulumi/auth0`
// and `@pulumi/aws`.
// Usable in any Pulumi TypeScript program; both engines run this very code.
export { Auth0EventStream } from "./auth0-event-stream.ts";
export type { Auth0EventStreamArgs, WebhookAuthorizationArgs } from "./auth0-event-stream.ts";
export { Auth0LogStream } from "./auth0-log-stream.ts";
export type { Auth0LogStreamArgs } from "./auth0-log-stream.ts";
export { PartnerEventBus } from "./event-bus/partner-event-bus.ts";
export type { PartnerEventBusArgs } from "./event-bus/partner-event-bus.ts";
export { EventBusRule } from "./event-bus/event-bus-rule.ts";
export type { EventBusRuleArgs, RuleInput } from "./event-bus/event-bus-rule.ts";
export { EventBusTarget } from "./event-bus/event-bus-target.ts";
export type { EventBusTargetArgs } from "./event-bus/event-bus-target.ts";
export type { TargetInput } from "./event-bus/target-args.ts";
export { programFor } from "./program.ts";
export type { ProgramInput } from "./program.ts";
