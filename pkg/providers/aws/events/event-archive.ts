import { RemoteFailure, diagnostic } from "../../../diagnostics/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { answered, isAwsError, isMissing, undefinedIfMissing } from "../errors.ts";
import { given, requireText, text } from "../properties.ts";
import type { AwsResourceType } from "../resource.ts";

/** How often to try while AWS does not see the bus yet. */
const BUS_TRIES = 4;

/** The archive of that name is of another bus. Nothing was changed. */
class NameClash extends RemoteFailure {
  readonly status = 409;
}

/** `aws:cloudwatch/eventArchive:EventArchive`. */
export const eventArchive: AwsResourceType = {
  type: "aws:cloudwatch/eventArchive:EventArchive",
  required: ["eventSourceArn"],
  replaceOn: ["name", "eventSourceArn"],
  documents: ["eventPattern"],
  defaults: { description: "", eventPattern: "", kmsKeyIdentifier: "", retentionDays: 0 },
  computed: ["arn"],
  autoName: { property: "name", limit: 48 },
  coexists: (changed) => changed.includes("name"),
  idOf: (properties) => requireText(properties, "name"),
  knownFrom: (id) => ({ name: id }),
  async madeAt(known, aws) {
    const request = { ArchiveName: requireText(known, "name") };
    return (await undefinedIfMissing(aws.send("events", "DescribeArchiveCommand", request)))?.CreationTime;
  },
  async create(inputs, aws) {
    const name = requireText(inputs, "name");
    const source = requireText(inputs, "eventSourceArn");
    try {
      const request = { ArchiveName: name, EventSourceArn: source, ...archiveSettings(inputs) };
      const create = () => aws.send("events", "CreateArchiveCommand", request);
      const { ArchiveArn } = await aws.retry(create, isMissing, BUS_TRIES);
      return { arn: answered(ArchiveArn, "events:CreateArchive ArchiveArn") };
    } catch (error) {
      if (!isAwsError(error, "ResourceAlreadyExistsException")) throw error;
      const live = await aws.send("events", "DescribeArchiveCommand", { ArchiveName: name });
      if (live.EventSourceArn !== source)
        throw new NameClash(
          diagnostic("archive-name-clash", `there is an archive ${name} of another bus in ${aws.region} already`, {
            hint: "give eventBus.archive.name another name",
          }),
        );
      await aws.send("events", "UpdateArchiveCommand", { ArchiveName: name, ...archiveSettings(inputs) });
      return { arn: answered(live.ArchiveArn, "events:DescribeArchive ArchiveArn") };
    }
  },
  async update(inputs, old, aws) {
    await aws.send("events", "UpdateArchiveCommand", {
      ArchiveName: requireText(inputs, "name"),
      ...archiveSettings(inputs),
    });
    return { arn: old["arn"] };
  },
  async delete(old, aws) {
    await undefinedIfMissing(aws.send("events", "DeleteArchiveCommand", { ArchiveName: requireText(old, "name") }));
  },
  async read(known, aws) {
    const live = await undefinedIfMissing(
      aws.send("events", "DescribeArchiveCommand", { ArchiveName: requireText(known, "name") }),
    );
    if (!live) return undefined;
    return {
      name: requireText(known, "name"),
      arn: live.ArchiveArn,
      eventSourceArn: live.EventSourceArn,
      description: live.Description ?? "",
      eventPattern: live.EventPattern ?? "",
      kmsKeyIdentifier: live.KmsKeyIdentifier ?? "",
      retentionDays: live.RetentionDays ?? 0,
    };
  },
};

function archiveSettings(inputs: PropertyMap): {
  Description?: string;
  EventPattern?: string;
  RetentionDays?: number;
  KmsKeyIdentifier?: string;
} {
  return {
    RetentionDays: Number(inputs["retentionDays"] ?? 0),
    ...given({
      Description: text(inputs["description"]),
      EventPattern: text(inputs["eventPattern"]),
      KmsKeyIdentifier: text(inputs["kmsKeyIdentifier"]),
    }),
  };
}
