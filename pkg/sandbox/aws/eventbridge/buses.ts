import { textOf } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";

/** The ARN of a bus. */
export function busArn({ account, region }: Pick<AwsCall, "account" | "region">, name: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

/** The name of a bus given by name or ARN. */
export function busName(text: string | undefined): string {
  return (text ?? "default").replace(/^arn:[^:]+:events:[^:]*:[^:]*:event-bus\//, "");
}

/** A bus. The default one is always there. @throws AwsFault ResourceNotFoundException. */
export function findBus(call: Pick<AwsCall, "account" | "region">, cloud: Cloud, name: string): Item {
  const bus = cloud.store.get(shelfOf(call, "bus"), name) ?? (name === "default" ? { Name: "default" } : undefined);
  if (!bus) throw new AwsFault("ResourceNotFoundException", `Event bus ${name} does not exist.`);
  return bus;
}

/** A bus as an operation of the API answers it. @param members what that operation returns of it. */
export function shownBus(call: Pick<AwsCall, "account" | "region">, kept: Item, members: readonly string[]): Item {
  const bus: Item = { ...kept, Arn: busArn(call, textOf(kept["Name"])) };
  return Object.fromEntries(members.filter((name) => bus[name] !== undefined).map((name) => [name, bus[name]]));
}
