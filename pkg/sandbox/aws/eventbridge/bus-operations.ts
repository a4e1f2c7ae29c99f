import type {
  CreateEventBusCommandInput,
  DeleteEventBusCommandInput,
  DescribeEventBusCommandInput,
  ListEventBusesCommandInput,
  UpdateEventBusCommandInput,
} from "@aws-sdk/client-eventbridge";
import { given, maybe, need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import { tagMap } from "../tags.ts";
import type { Operations } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import { busArn, busName, findBus, shownBus } from "./buses.ts";
import { BUS_NAME, MAX_BUSES, PARTNER_NAME } from "./limits.ts";
import { findSource, stateOf } from "./sources.ts";

interface Inputs {
  CreateEventBus: CreateEventBusCommandInput;
  DescribeEventBus: DescribeEventBusCommandInput;
  UpdateEventBus: UpdateEventBusCommandInput;
  DeleteEventBus: DeleteEventBusCommandInput;
  ListEventBuses: ListEventBusesCommandInput;
}

/** What can be set, and what each operation returns (EventBridge's API model). */
const SETTINGS = ["Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"] as const;
const TIMES = ["CreationTime", "LastModifiedTime"];
const DESCRIBED = ["Name", "Arn", ...SETTINGS, "Policy", ...TIMES];
const LISTED = ["Name", "Arn", "Description", "Policy", ...TIMES];

/** Event buses. */
export const busOperations: Operations<Inputs> = {
  CreateEventBus(call, cloud) {
    const name = need(call, "Name");
    const source = maybe(call, "EventSourceName");
    if (!BUS_NAME.test(name)) throw new AwsFault("ValidationException", `EventBus name ${name} is not valid.`);
    // Only the names of partner event sources have slashes.
    if (source === undefined && name.includes("/") && !name.startsWith("aws."))
      throw new AwsFault("ValidationException", `EventBus name ${name} is not valid. Name cannot contain '/'.`);
    if (name.startsWith("aws.") ? source !== name : source !== undefined)
      throw new AwsFault("ValidationException", "EventBus name starting with 'aws.' is not valid.");
    const shelf = shelfOf(call, "bus");
    if (name === "default" || cloud.store.get(shelf, name))
      throw new AwsFault("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    if (source !== undefined) {
      if (!PARTNER_NAME.test(source)) throw new AwsFault("ValidationException", `Event source ${source} is not valid.`);
      const state = stateOf(findSource(call, cloud, source), call, cloud);
      if (state !== "PENDING")
        throw new AwsFault("InvalidStateException", `Event source ${source} is in state ${state}.`);
    }
    if (cloud.store.all(shelf).length >= MAX_BUSES)
      throw new AwsFault("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    const now = Date.now() / 1000;
    const bus = {
      ...given(call, ["Name", "EventSourceName", ...SETTINGS]),
      Tags: tagMap(call.params.Tags),
      CreationTime: now,
      LastModifiedTime: now,
    };
    cloud.store.put(shelf, name, bus);
    return { EventBusArn: busArn(call, name), ...given(call, SETTINGS) };
  },
  DescribeEventBus: (call, cloud) => shownBus(call, findBus(call, cloud, busName(maybe(call, "Name"))), DESCRIBED),
  UpdateEventBus(call, cloud) {
    const name = busName(maybe(call, "Name"));
    const {
      Description: _,
      KmsKeyIdentifier: __,
      DeadLetterConfig: ___,
      LogConfig: ____,
      ...kept
    } = findBus(call, cloud, name);
    const changed = given(call, SETTINGS);
    const bus = { ...kept, ...changed, LastModifiedTime: Date.now() / 1000 };
    cloud.store.put(shelfOf(call, "bus"), name, bus);
    return shownBus(call, bus, ["Arn", "Name", ...SETTINGS]);
  },
  DeleteEventBus(call, { store }) {
    const name = need(call, "Name");
    if (name === "default") throw new AwsFault("ValidationException", "Cannot delete event bus default.");
    if (store.all(shelfOf(call, `rule/${name}`)).length > 0)
      throw new AwsFault("ValidationException", `Cannot delete event bus ${name} since it has rules.`);
    if (store.get(shelfOf(call, "bus"), name)) store.remove(shelfOf(call, "bus"), name);
    return {};
  },
  ListEventBuses(call, { store }) {
    const prefix = maybe(call, "NamePrefix") ?? "";
    const all = [["default", { Name: "default" }] as const, ...store.all(shelfOf(call, "bus"))];
    return {
      EventBuses: all.filter(([name]) => name.startsWith(prefix)).map(([, bus]) => shownBus(call, bus, LISTED)),
    };
  },
};
