import { AdaptiveRetryStrategy } from "@smithy/core/retry";

/**
 * Repeats what was throttled, lost or answered with a 5xx, ever slower, as AWS's adaptive mode does. A quota is no
 * throttle, though the SDK takes it for one: waiting does not help, and would slow all other requests.
 */
export class AdaptiveRetryExceptQuota extends AdaptiveRetryStrategy {
  override async refreshRetryTokenForRetry(
    ...[token, info]: Parameters<AdaptiveRetryStrategy["refreshRetryTokenForRetry"]>
  ): ReturnType<AdaptiveRetryStrategy["refreshRetryTokenForRetry"]> {
    if (/LimitExceeded/.test(nameOf(info.error))) throw new Error("a quota is reached");
    return super.refreshRetryTokenForRetry(token, info);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
