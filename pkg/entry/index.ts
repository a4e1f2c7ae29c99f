// What a Pulumi program gets from `import … from "auth0-streams"`.
export {
  Auth0EventStream,
  Auth0LogStream,
  EventBusRule,
  EventBusTarget,
  PartnerEventBus,
} from "../components/index.ts";
export type {
  Auth0EventStreamArgs,
  Auth0LogStreamArgs,
  EventBusRuleArgs,
  EventBusTargetArgs,
  PartnerEventBusArgs,
  RuleInput,
  TargetInput,
  WebhookAuthorizationArgs,
} from "../components/index.ts";
