/** The parts of an Amazon Resource Name, `arn:partition:service:region:account:resource`. */
export interface Arn {
  partition: string;
  service: string;
  /** Empty for global services. */
  region: string;
  account: string;
  /** Everything after the account, `function:save` or `arn:aws:sqs:…`'s queue name. */
  resource: string;
}

/** Splits an ARN; `undefined` when the text is none. */
export function parseArn(text: string): Arn | undefined {
  const [, partition = "", service = "", region = "", account = "", resource = ""] =
    /^arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12}|aws)?:(.+)$/.exec(text) ?? [];
  return partition ? { partition, service, region, account, resource } : undefined;
}
