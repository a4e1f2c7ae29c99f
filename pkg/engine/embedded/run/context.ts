import { randomUUID } from "node:crypto";
import type { ProviderPlugin } from "../../../provider-contract/index.ts";
import type { Snapshot } from "../../../state/index.ts";
import { UNKNOWN } from "../../../values/index.ts";
import type { OperationOptions, StackJob } from "../../engine.ts";
import { Journal } from "./journal.ts";
import { MissingCredentials } from "./missing-credentials.ts";
import { OperationLog } from "./operation-log.ts";
import { ProviderRegistry } from "./provider-registry.ts";
import type { StepContext } from "./resource-steps.ts";

/** What the steps of one operation work with. @param write stores a snapshot; absent in a preview. */
export function createContext(
  before: Snapshot,
  isPreview: boolean,
  plugins: readonly ProviderPlugin[],
  { onEvent, signal, approve, throttle = (work) => work(), mayLackCredentials, live }: OperationOptions,
  write?: (snapshot: Snapshot) => Promise<void>,
  { config, providerConfig }: Pick<StackJob, "config" | "providerConfig"> = {},
): StepContext {
  const newId = isPreview ? () => UNKNOWN : () => randomUUID();
  const providers = new ProviderRegistry(plugins, newId, config, providerConfig);
  providers.addAll(before.resources);
  const never = new AbortController().signal;
  return {
    journal: new Journal(before, write),
    providers,
    isPreview,
    signal: signal ?? never,
    throttle,
    log: new OperationLog(onEvent, isPreview),
    newId,
    newName: isPreview ? () => UNKNOWN : (prefix) => `${prefix}-${randomUUID().slice(0, 7)}`,
    ...(approve ? { approve } : {}),
    ...(isPreview && mayLackCredentials ? { missing: new MissingCredentials() } : {}),
    ...(live ? { live } : {}),
  };
}
