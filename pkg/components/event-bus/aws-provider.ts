import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";

type Destination = pulumi.Input<{ awsAccountId: pulumi.Input<string>; awsRegion: pulumi.Input<string> }>;

/** The AWS provider of a destination: the one that was passed, or one for its region that takes its account only. */
export function awsProviderFor(
  name: string,
  destination: Destination,
  parent: pulumi.Resource,
  { providers, provider }: pulumi.ComponentResourceOptions = {},
): pulumi.ProviderResource {
  const given = [...(Array.isArray(providers) ? providers : Object.values(providers ?? {})), provider];
  const passed = given.find((each) => Provider.isInstance(each));
  if (passed) return passed;
  const { awsRegion, awsAccountId } = unwrapped(destination);
  return new Provider(`${name}-aws`, { region: awsRegion as never, allowedAccountIds: [awsAccountId] }, { parent });
}

/**
 * The destination, given only once AWS says that the credentials are of its account.
 * @throws RunError, when it is used, if they are of another one.
 */
export function inAccountOf(provider: pulumi.ProviderResource, destination: Destination): Destination {
  const { awsRegion, awsAccountId } = unwrapped(destination);
  const checked = pulumi.output(awsAccountId).apply(async (wanted) => {
    const { accountId } = (await getCallerIdentity({}, { provider })) as { accountId?: string };
    // A preview without AWS credentials cannot ask; an update then does.
    if (pulumi.runtime.isDryRun() && accountId === undefined) return wanted;
    if (accountId !== wanted)
      throw new pulumi.RunError(`the AWS credentials are of account ${accountId}, but awsAccountId is ${wanted}`);
    return wanted;
  });
  return { awsRegion, awsAccountId: checked };
}

function unwrapped(destination: Destination): {
  awsRegion: pulumi.Output<string>;
  awsAccountId: pulumi.Output<string>;
} {
  const known = pulumi.output(destination);
  return { awsRegion: known.awsRegion, awsAccountId: known.awsAccountId };
}
