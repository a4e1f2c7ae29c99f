import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import { UNKNOWN, isUnknown } from "../../values/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import type { CheckFailure, Driver, Found } from "../../provider-contract/index.ts";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Auth0Client } from "./client.ts";
import { createEventStream, findEventStream, isMadeBy } from "./event-stream-create.ts";
import { DEFAULT_STATUS, diffEventStream } from "./event-stream-diff.ts";
import { ABSENT_BLOCKS, inputsOf, outputsOf, text, updateBody } from "./event-stream-mapping.ts";
import { ApiError } from "./failures.ts";
import type { StreamReads } from "./stream-reads.ts";

/** Pulumi's type of an event stream. */
export const EVENT_STREAM_TYPE = "auth0:index/eventStream:EventStream";

/** How a tenant is reached in this process. */
export interface Tenant {
  client: Auth0Client;
  reads: StreamReads;
}

const ID = /^est_[a-zA-Z0-9]+$/;
const BLOCKS = ["eventbridgeConfiguration", "webhookConfiguration", "actionConfiguration"] as const;
const SECRETS = ["password", "passwordWo", "token", "tokenWo", "headerValue", "headerValueWo"];

/** Manages `auth0:index/eventStream:EventStream`; behaviour as the official provider 3.49.0, save where noted. */
export class EventStreamDriver implements Driver {
  readonly secretProperties = SECRETS.map((field) => `webhookConfiguration.webhookAuthorization.${field}`);
  readonly #tenant: () => Promise<Tenant>;
  readonly #clock: Clock;

  /** @param tenant is asked only when something has to be sent: a plan without changes needs no credentials. */
  constructor(tenant: () => Promise<Tenant>, clock: Clock = systemClock) {
    this.#tenant = tenant;
    this.#clock = clock;
  }

  check({ inputs, oldInputs, autoName }: Parameters<Driver["check"]>[0]): {
    inputs: PropertyMap;
    failures: CheckFailure[];
  } {
    const checked = { ...inputs };
    checked["name"] ??= oldInputs?.["name"] ?? autoName;
    return { inputs: checked, failures: failuresOf(checked) };
  }

  diff({ oldInputs, oldOutputs, inputs }: Parameters<Driver["diff"]>[0]): ReturnType<Driver["diff"]> {
    return diffEventStream(oldInputs, oldOutputs, inputs);
  }

  planCreate(inputs: PropertyMap): PropertyMap {
    const eventbridge = inputs["eventbridgeConfiguration"];
    return {
      ...ABSENT_BLOCKS,
      ...inputs,
      id: UNKNOWN,
      status: inputs["status"] ?? DEFAULT_STATUS,
      createdAt: UNKNOWN,
      updatedAt: UNKNOWN,
      ...(eventbridge
        ? { eventbridgeConfiguration: { ...(eventbridge as PropertyMap), awsPartnerEventSource: UNKNOWN } }
        : {}),
    };
  }

  planUpdate(inputs: PropertyMap, oldOutputs: PropertyMap): PropertyMap {
    const { id, createdAt, eventbridgeConfiguration } = oldOutputs;
    return {
      ...ABSENT_BLOCKS,
      ...inputs,
      id,
      status: inputs["status"] ?? DEFAULT_STATUS,
      createdAt,
      updatedAt: UNKNOWN,
      ...(eventbridgeConfiguration ? { eventbridgeConfiguration } : {}),
    };
  }

  async create(request: Parameters<Driver["create"]>[0]): Promise<{ id: string; outputs: PropertyMap }> {
    const { client } = await this.#tenant();
    const stream = await createEventStream({ ...request, client, clock: this.#clock });
    return { id: stream.id, outputs: outputsOf(stream, request.inputs) };
  }

  async update({ id, inputs, oldOutputs, signal }: Parameters<Driver["update"]>[0]): Promise<{ outputs: PropertyMap }> {
    const wanted = text(inputs["status"]) ?? DEFAULT_STATUS;
    // The official provider leaves a stream disabled when `status` is taken out of the program; here it returns to enabled.
    const status = inputs["status"] !== undefined || text(oldOutputs["status"]) !== wanted ? wanted : undefined;
    try {
      const stream = await (await this.#tenant()).client.updateEventStream(id, updateBody(inputs, status), signal);
      return { outputs: outputsOf(stream, inputs) };
    } catch (error) {
      if (!(error instanceof ApiError && error.isOwnNotFound)) throw error;
      const hint = "run openmcf refresh, then apply again: it will be made anew";
      throw new RemoteFailure(diagnostic("operation-failed", `event stream ${id} does not exist any more`, { hint }));
    }
  }

  async delete({ id, signal }: Parameters<Driver["delete"]>[0]): Promise<void> {
    await (await this.#tenant()).client.deleteEventStream(id, signal);
  }

  async read({ id, state, signal }: Parameters<Driver["read"]>[0]): Promise<Found | undefined> {
    const stream = await (await this.#tenant()).reads.get(id, signal);
    if (!stream) return undefined;
    const outputs = outputsOf(stream, state?.inputs ?? {});
    return { id, inputs: inputsOf(outputs), outputs };
  }

  async recover({
    inputs,
    since,
    signal,
  }: Parameters<Driver["recover"]>[0]): Promise<{ id: string; outputs: PropertyMap } | undefined> {
    const stream = await findEventStream((await this.#tenant()).client, text(inputs["name"]), signal);
    return stream && isMadeBy({ inputs, since }, stream)
      ? { id: stream.id, outputs: outputsOf(stream, inputs) }
      : undefined;
  }

  async resolve(idOrName: string, signal: AbortSignal): Promise<string | undefined> {
    if (ID.test(idOrName)) return idOrName;
    return (await findEventStream((await this.#tenant()).client, idOrName, signal))?.id;
  }
}

/** The official provider's rules (ExactlyOneOf, RequiredWith), with paths. Unknowns pass. */
function failuresOf(inputs: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const fail = (path: string, reason: string): void => void failures.push({ path, reason });
  const type = inputs["destinationType"];
  if (!isUnknown(type) && !["eventbridge", "webhook", "action"].includes(typeof type === "string" ? type : "")) {
    fail("destinationType", `expected one of eventbridge, webhook, action, got ${JSON.stringify(type ?? null)}`);
  }
  const subscriptions = inputs["subscriptions"];
  if (!isUnknown(subscriptions) && (!Array.isArray(subscriptions) || subscriptions.length === 0))
    fail("subscriptions", "needs at least one event type");
  const given = BLOCKS.filter((block) => inputs[block] !== undefined && inputs[block] !== null);
  if (given.length !== 1) fail("", `exactly one of ${BLOCKS.join(", ")} must be given, not ${given.length}`);
  else if (typeof type === "string" && !isUnknown(type) && given[0] !== `${type}Configuration`)
    fail(given[0] ?? "", `does not go with destinationType ${type}`);
  const webhook = inputs["webhookConfiguration"];
  if (typeof webhook === "object" && webhook !== null && !Array.isArray(webhook))
    failures.push(...authorizationFailures(webhook));
  return failures;
}

function authorizationFailures(webhook: PropertyMap): CheckFailure[] {
  const path = "webhookConfiguration.webhookAuthorization";
  const auth = (webhook["webhookAuthorization"] ?? {}) as PropertyMap;
  const has = (field: string): boolean => auth[field] !== undefined && auth[field] !== null && auth[field] !== "";
  const identities = ["username", "token", "tokenWo", "headerKey"].filter(has);
  if (identities.length !== 1)
    return [
      { path, reason: `exactly one of username, token, tokenWo, headerKey must be given, not ${identities.length}` },
    ];
  const needs: Record<string, string> = { username: "password", headerKey: "headerValue" };
  const partner = needs[identities[0] ?? ""];
  if (partner && !has(partner) && !has(`${partner}Wo`))
    return [{ path: `${path}.${partner}`, reason: `is needed with ${identities[0]}` }];
  return [];
}
