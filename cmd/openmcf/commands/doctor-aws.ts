import type { StackReport } from "../../../pkg/deploy/index.ts";
import { asDiagnostic } from "../../../pkg/diagnostics/index.ts";
import { manifestKey, plainSpec, withoutSourced } from "../../../pkg/manifest/index.ts";
import type { Manifest } from "../../../pkg/manifest/index.ts";
import type { Check } from "./doctor.ts";
import type { Workspace } from "../workspace.ts";

/** The part of a spec that says where at AWS events go. */
interface Destination {
  eventbridgeConfiguration?: { awsAccountId: string; awsRegion: string };
  eventBus?: object;
}

/**
 * The AWS side of manifests with an EventBridge destination: whose the credentials are, and whether each partner event
 * source has its bus. A source without one is PENDING, and AWS drops what Auth0 sends to it.
 * @param stacks what the live side said of each manifest's stack.
 */
export async function awsChecks(
  manifests: readonly Manifest[],
  stacks: readonly StackReport[],
  { aws }: Workspace,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [index, manifest] of manifests.entries()) {
    const { eventbridgeConfiguration, eventBus } = plainSpec(manifest) as Destination;
    if (!eventbridgeConfiguration) continue;
    const { awsRegion: region, awsAccountId: account } = eventbridgeConfiguration;
    const config = { region, account };
    const name = `${manifestKey(manifest)} at AWS`;
    try {
      await aws.account(config, signal);
      const source = stacks[index]?.outputs["awsPartnerEventSource"];
      if (typeof source !== "string") continue;
      checks.push({ name, ...(await sourceCheck(source, await aws.partnerEventSource(config, source, signal))) });
    } catch (error) {
      const { message, hint } = asDiagnostic(error);
      // Who has no event bus in the manifest may look after AWS elsewhere, with other credentials.
      const result = eventBus === undefined ? "warning" : "failed";
      checks.push({ name, result, message: withoutSourced(message, manifest), ...(hint ? { hint } : {}) });
    }
  }
  return checks;
}

async function sourceCheck(
  source: string,
  live: Awaited<ReturnType<Workspace["aws"]["partnerEventSource"]>>,
): Promise<Omit<Check, "name">> {
  if (!live)
    return {
      result: "warning",
      message: `AWS shows no partner event source ${source}`,
      hint: "it appears shortly after the stream; one that was never associated expires: then make the stream anew",
    };
  if (live.state === "ACTIVE") return { result: "ok", message: "the partner event source is ACTIVE" };
  if (live.state !== "PENDING")
    return {
      result: "warning",
      message: `the partner event source is ${live.state}: Auth0 has deleted it, and the event bus is left over`,
      hint: "delete the event bus",
    };
  const until = live.expiresAt ? `; it expires on ${live.expiresAt.toISOString()}` : "";
  return {
    result: "warning",
    message: `the partner event source is PENDING: events sent meanwhile are dropped${until}`,
    hint: "add eventBus to the manifest and apply, or associate it with an event bus of the same name",
  };
}
