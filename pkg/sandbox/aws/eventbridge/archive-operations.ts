import { given, maybe, need, textOf } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { busName, findBus } from "./buses.ts";
import { checkPattern } from "./patterns.ts";

/** What ListArchives leaves out of an archive. */
const ONLY_DESCRIBED = ["Description", "EventPattern", "KmsKeyIdentifier"];

/** Archives. */
export const archiveOperations: Readonly<Record<string, Operation>> = {
  CreateArchive(call, cloud) {
    const name = need(call, "ArchiveName");
    if (!/^[.\-_A-Za-z0-9]{1,48}$/.test(name))
      throw new AwsFault("ValidationException", `Archive name ${name} is not valid.`);
    findBus(call, cloud, busName(need(call, "EventSourceArn")));
    if (cloud.store.get(shelfOf(call, "archive"), name))
      throw new AwsFault("ResourceAlreadyExistsException", `Archive ${name} already exists.`);
    if (call.params["EventPattern"] !== undefined) checkPattern(call);
    const fields = given(call, [
      "ArchiveName",
      "EventSourceArn",
      "Description",
      "EventPattern",
      "RetentionDays",
      "KmsKeyIdentifier",
    ]);
    const archive = { RetentionDays: 0, ...fields, State: "ENABLED", CreationTime: Date.now() / 1000, EventCount: 0 };
    cloud.store.put(shelfOf(call, "archive"), name, archive);
    return { ArchiveArn: archiveArn(call, name), State: "ENABLED", CreationTime: archive.CreationTime };
  },
  DescribeArchive(call, cloud) {
    const archive = findArchive(call, cloud);
    return { ...archive, SizeBytes: 0, ArchiveArn: archiveArn(call, textOf(archive["ArchiveName"])) };
  },
  UpdateArchive(call, cloud) {
    if (call.params["EventPattern"] !== undefined) checkPattern(call);
    const changed = given(call, ["Description", "EventPattern", "RetentionDays", "KmsKeyIdentifier"]);
    const archive = { ...findArchive(call, cloud), ...changed };
    cloud.store.put(shelfOf(call, "archive"), need(call, "ArchiveName"), archive);
    return {
      ArchiveArn: archiveArn(call, need(call, "ArchiveName")),
      State: "ENABLED",
      CreationTime: archive["CreationTime" as never],
    };
  },
  DeleteArchive(call, cloud) {
    findArchive(call, cloud);
    cloud.store.remove(shelfOf(call, "archive"), need(call, "ArchiveName"));
    return {};
  },
  ListArchives(call, { store }) {
    const archives = store.all(shelfOf(call, "archive")).map(([, item]) => item);
    const [prefix, source] = [maybe(call, "NamePrefix") ?? "", maybe(call, "EventSourceArn")];
    const chosen = archives.filter(
      (item) => textOf(item["ArchiveName"]).startsWith(prefix) && (!source || item["EventSourceArn"] === source),
    );
    return {
      Archives: chosen.map((item) => ({
        ...Object.fromEntries(Object.entries(item).filter(([member]) => !ONLY_DESCRIBED.includes(member))),
        SizeBytes: 0,
      })),
    };
  },
};

function archiveArn({ account, region }: AwsCall, name: string): string {
  return `arn:aws:events:${region}:${account}:archive/${name}`;
}

function findArchive(call: AwsCall, { store }: Cloud): Item {
  const name = need(call, "ArchiveName");
  const archive = store.get(shelfOf(call, "archive"), name);
  if (!archive) throw new AwsFault("ResourceNotFoundException", `Archive ${name} does not exist.`);
  return archive;
}
