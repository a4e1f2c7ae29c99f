import { getEventSource } from "@pulumi/aws/cloudwatch/getEventSource.js";
import * as pulumi from "@pulumi/pulumi";

const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 5000;
const NAME = /^aws\.partner(\/[.\-_A-Za-z0-9]+){2,}$/;

/**
 * Waits until AWS shows a partner event source: it appears some time after the stream that it belongs to.
 * @param timeoutMs how long to wait.
 * @returns its state, `PENDING` or `ACTIVE`.
 * @throws RunError when it does not come, or the partner has deleted it.
 */
export async function waitForPartnerSource(
  name: string,
  timeoutMs: number,
  parent: pulumi.Resource,
  sleep: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms)),
): Promise<string> {
  if (!NAME.test(name))
    throw new pulumi.RunError(`Auth0 gave "${name}" as the partner event source, which AWS cannot have`);
  const started = Date.now();
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, MAX_WAIT_MS)) {
    const state = await partnerSourceState(name, parent);
    if (state === "DELETED")
      throw new pulumi.RunError(
        `the partner event source ${name} is DELETED at AWS: Auth0 has taken it back; delete the event bus of that name, and the stream, and apply again`,
      );
    if (state !== undefined) return state;
    const waited = Date.now() - started;
    if (waited + wait > timeoutMs)
      throw new pulumi.RunError(
        `AWS does not show the partner event source ${name} after ${Math.round(waited / 1000)} s; check awsAccountId and awsRegion, and apply again to go on waiting`,
      );
    const seconds = Math.round(waited / 1000);
    await pulumi.log.info(`waiting for AWS to show the partner event source (${seconds} s)`, parent, undefined, true);
    await sleep(wait);
  }
}

/** What AWS says of a partner event source: `PENDING`, `ACTIVE` or `DELETED`; `undefined` when it shows none. */
export async function partnerSourceState(name: string, parent: pulumi.Resource): Promise<string | undefined> {
  try {
    const { name: found, state } = await getEventSource({ namePrefix: name }, { parent });
    return found === name ? state : undefined;
  } catch (error) {
    if (/no matching partner event source/.test((error as Error).message)) return undefined;
    throw error;
  }
}
