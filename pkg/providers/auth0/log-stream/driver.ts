import { InvalidInput, RemoteFailure, diagnostic } from "../../../diagnostics/index.ts";
import type { CheckFailure, Driver, Found } from "../../../provider-contract/index.ts";
import { UNKNOWN, isUnknown } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { systemClock } from "../../clock.ts";
import type { Clock } from "../../clock.ts";
import { ApiError } from "../failures.ts";
import type { LogStreamApi } from "./api.ts";
import { createLogStream, madeBy, noteBeforeCreate } from "./create.ts";
import { diffLogStream, wantedStatus } from "./diff.ts";
import { text } from "../event-stream-mapping.ts";
import { filterNames, inputsOf, outputsOf, sinkOf, updateBody } from "./mapping.ts";
import type { WireLogStream } from "./wire.ts";

/** Pulumi's type of a log stream. */
export const LOG_STREAM_TYPE = "auth0:index/logStream:LogStream";

const ID = /^lst_[a-zA-Z0-9]+$/;
const SECRETS = [
  "httpAuthorization",
  "httpCustomHeaders[*].value",
  "datadogApiKey",
  "datadogApiKeyWo",
  "splunkToken",
  "sumoSourceAddress",
  "segmentWriteKey",
  "mixpanelServiceAccountPassword",
];

type Made = { id: string; outputs: PropertyMap };

/** Manages `auth0:index/logStream:LogStream`; behaviour as the official provider 3.49.0, save where noted. */
export class LogStreamDriver implements Driver {
  readonly secretProperties = SECRETS.map((field) => `sink.${field}`);
  readonly #api: () => Promise<LogStreamApi>;
  readonly #clock: Clock;

  /** @param api is asked only when something has to be sent: a plan without changes needs no credentials. */
  constructor(api: () => Promise<LogStreamApi>, clock: Clock = systemClock) {
    this.#api = api;
    this.#clock = clock;
  }

  check({ inputs, oldInputs, autoName }: Parameters<Driver["check"]>[0]): ReturnType<Driver["check"]> {
    const checked = { ...inputs };
    checked["name"] ??= oldInputs?.["name"] ?? autoName;
    return { inputs: checked, failures: failuresOf(checked) };
  }

  diff({ oldOutputs, inputs }: Parameters<Driver["diff"]>[0]): ReturnType<Driver["diff"]> {
    return diffLogStream(oldOutputs, inputs);
  }

  planCreate(inputs: PropertyMap): PropertyMap {
    return { ...planned(inputs), id: UNKNOWN, sink: { ...sinkOf(inputs), ...computed(inputs, UNKNOWN) } };
  }

  planUpdate(inputs: PropertyMap, oldOutputs: PropertyMap): PropertyMap {
    const { awsPartnerEventSource, azurePartnerTopic } = sinkOf(oldOutputs);
    const own = { awsPartnerEventSource, azurePartnerTopic };
    const kept = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    return {
      ...planned(inputs),
      id: oldOutputs["id"],
      status: wantedStatus(oldOutputs, inputs),
      sink: { ...sinkOf(inputs), ...kept },
    };
  }

  async beforeCreate({ inputs, signal }: { inputs: PropertyMap; signal: AbortSignal }): Promise<PropertyMap> {
    return noteBeforeCreate(await this.#api(), inputs, signal);
  }

  async create(request: Parameters<Driver["create"]>[0]): Promise<Made> {
    const { inputs } = request;
    return made(await createLogStream({ ...request, api: await this.#api(), clock: this.#clock }), inputs);
  }

  async update({ id, inputs, oldOutputs, signal }: Parameters<Driver["update"]>[0]): Promise<{ outputs: PropertyMap }> {
    const wanted = text(wantedStatus(oldOutputs, inputs));
    const status = wanted === text(oldOutputs["status"]) ? undefined : wanted;
    try {
      const stream = await (await this.#api()).update(id, updateBody(inputs, status), signal);
      return { outputs: outputsOf(stream, inputs) };
    } catch (error) {
      if (!(error instanceof ApiError && error.isOwnNotFound)) throw error;
      const hint = "run openmcf apply again: it reads the live side first and makes the stream anew";
      throw new RemoteFailure(diagnostic("operation-failed", `log stream ${id} does not exist any more`, { hint }));
    }
  }

  async delete({ id, signal }: Parameters<Driver["delete"]>[0]): Promise<void> {
    await (await this.#api()).delete(id, signal);
  }

  async read({ id, state, signal }: Parameters<Driver["read"]>[0]): Promise<Found | undefined> {
    const api = await this.#api();
    // A stream that the list lacks may have been made since.
    const stream = (await api.listed(signal)).find((each) => each.id === id) ?? (await api.get(id, signal));
    if (!stream) return undefined;
    const outputs = outputsOf(stream, state?.inputs ?? {});
    return { id, inputs: inputsOf(outputs), outputs };
  }

  async recover({ signal, ...interrupted }: Parameters<Driver["recover"]>[0]): Promise<Made | undefined> {
    const found = madeBy(interrupted, await (await this.#api()).list(signal));
    return found && made(found, interrupted.inputs);
  }

  /** @throws InvalidInput when several streams have that name, with their ids. */
  async resolve(idOrName: string, signal: AbortSignal): Promise<string | undefined> {
    if (ID.test(idOrName)) return idOrName;
    const named = (await (await this.#api()).list(signal)).filter(({ name }) => name === idOrName);
    if (named.length > 1) throw new InvalidInput(ambiguous(idOrName, named));
    return named[0]?.id;
  }
}

function made(stream: WireLogStream, inputs: PropertyMap): Made {
  return { id: stream.id, outputs: outputsOf(stream, inputs) };
}

function planned(inputs: PropertyMap): PropertyMap {
  return {
    ...inputs,
    filters: inputs["filters"] ?? [],
    isPriority: inputs["isPriority"] ?? false,
    status: inputs["status"] ?? "active",
  };
}

/** What Auth0 names itself. */
function computed(inputs: PropertyMap, value: string): PropertyMap {
  if (inputs["type"] === "eventbridge") return { awsPartnerEventSource: value };
  return inputs["type"] === "eventgrid" ? { azurePartnerTopic: value } : {};
}

function ambiguous(name: string, streams: readonly WireLogStream[]): ReturnType<typeof diagnostic> {
  const candidates = streams.map(({ id, type, status }) => `${id} (${type}, ${status})`).join(", ");
  return diagnostic("ambiguous-name", `${streams.length} log streams are called ${name}: ${candidates}`, {
    hint: "import one of them by its id",
  });
}

const TYPES = ["eventbridge", "http", "eventgrid", "datadog", "splunk", "sumo", "segment", "mixpanel"];

/** What the official provider refuses before anything is sent. Unknowns pass. */
function failuresOf(inputs: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const type = inputs["type"];
  if (!isUnknown(type) && !TYPES.includes(typeof type === "string" ? type : ""))
    failures.push({ path: "type", reason: `expected one of ${TYPES.join(", ")}` });
  if (!isUnknown(inputs["sink"]) && Object.keys(sinkOf(inputs)).length === 0)
    failures.push({ path: "sink", reason: "is missing" });
  if (!isUnknown(inputs["filters"]) && filterNames(inputs).includes(""))
    failures.push({ path: "filters", reason: "each needs a name" });
  return failures;
}
