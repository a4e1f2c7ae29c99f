// From manifests to pipelines that run: what `spec.receiver` asks for, as options of `pkg/delivery`. Deploys nothing and
// prints nothing.
export { addressOf, receiversOf } from "./setup.ts";
export type { ReceiverSetup } from "./setup.ts";
export { startReceiver } from "./start.ts";
export { dashboardSettings } from "./settings.ts";
