import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import type { InterruptedCreate } from "../../provider-contract/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import type { Clock } from "../clock.ts";
import type { Auth0Client } from "./client.ts";
import { DEFAULT_STATUS, diffEventStream } from "./event-stream-diff.ts";
import { createBody, outputsOf, text, updateBody } from "./event-stream-mapping.ts";
import { ApiError, UnknownOutcome } from "./failures.ts";
import type { WireEventStream } from "./wire.ts";

/** How often a POST is sent whose answer gets lost. */
const CREATE_TRIES = 3;
/** Waits before another look after a 409: the tenant's list may lag behind, or a deletion not have ended. */
const LOOK_AGAIN_MS = [500, 1000, 2000, 4000];
/** How far the tenant's clock may be from ours when we ask whether a stream is the one we made. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** What {@link createEventStream} works with. */
export interface CreateRequest {
  client: Auth0Client;
  clock: Clock;
  inputs: PropertyMap;
  interrupted?: readonly InterruptedCreate[];
  /** Id of the stream that was deleted for this one. */
  replaces?: string;
  signal: AbortSignal;
}

/**
 * Creates a stream once, whatever becomes of the answers. Names are unique on a tenant, so after a lost answer, or an
 * earlier run that was killed in the middle, the stream is looked up by its name before and after each POST.
 * @throws ApiError when Auth0 refuses; UnknownOutcome when the stream may still come.
 */
export async function createEventStream(request: CreateRequest): Promise<WireEventStream> {
  const { client, clock, inputs, interrupted = [], signal } = request;
  const lost: InterruptedCreate = { inputs, since: new Date(clock.now()) };
  let isLost = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.createEventStream(createBody(inputs), signal);
    } catch (error) {
      if (isConflict(error)) return afterConflict(request, isLost ? [...interrupted, lost] : interrupted, error);
      if (!(error instanceof UnknownOutcome)) throw error;
      isLost = true;
      const found = await findEventStream(client, text(inputs["name"]), signal);
      const made = found && (await adopted(request, [...interrupted, lost], found));
      if (made) return made;
      if (attempt === CREATE_TRIES) throw error;
    }
  }
}

/** The stream of that name, if the tenant has one. */
export async function findEventStream(
  client: Auth0Client,
  name: string | undefined,
  signal: AbortSignal,
): Promise<WireEventStream | undefined> {
  for await (const page of client.listEventStreams(signal)) {
    const found = page.find((stream) => stream.name === name);
    if (found) return found;
  }
  return undefined;
}

/**
 * Whether a live stream is what a create made: the name (unique on a tenant), the destination as far as it can be read,
 * and made no earlier than that create.
 */
export function isMadeBy({ inputs, since }: InterruptedCreate, stream: WireEventStream): boolean {
  const { destination } = stream;
  const created = Date.parse(stream.created_at);
  if (!(created >= since.getTime() - CLOCK_SKEW_MS)) return false;
  if (stream.name !== inputs["name"] || destination.type === "other") return false;
  const sent = createBody(inputs).destination;
  if (sent?.type !== destination.type) return false;
  const { webhook_authorization: _, ...wanted } = sent.configuration as Record<string, unknown>;
  const live: Record<string, unknown> = destination.configuration;
  return Object.entries(wanted).every(([key, value]) => live[key] === value);
}

/** The name is taken: by what an earlier POST made, by the stream that was deleted for this one, or by another. */
async function afterConflict(
  request: CreateRequest,
  earlier: readonly InterruptedCreate[],
  refusal: ApiError,
): Promise<WireEventStream> {
  const { client, clock, inputs, replaces, signal } = request;
  if (earlier.length === 0 && replaces === undefined) throw refusal;
  for (const wait of [0, ...LOOK_AGAIN_MS]) {
    if (wait > 0) await clock.sleep(wait, signal);
    const live = await findEventStream(client, text(inputs["name"]), signal);
    const made = live && (await adopted(request, earlier, live));
    if (made) return made;
    if (live && live.id !== replaces) throw refusal;
    const second = replaces === undefined ? undefined : await postAgain(request);
    if (second) return second;
  }
  throw openConflict(
    replaces === undefined
      ? "an interrupted run may have made it, but the tenant's list does not show it yet"
      : `${replaces}, which was deleted to be replaced, seems to be there still`,
  );
}

/** @returns `undefined` when the name is still taken. */
async function postAgain({ client, inputs, signal }: CreateRequest): Promise<WireEventStream | undefined> {
  try {
    return await client.createEventStream(createBody(inputs), signal);
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

/** The live stream, if one of our creates made it. One of another run may have been sent other values, so it gets ours. */
async function adopted(
  { client, inputs, interrupted = [], signal }: CreateRequest,
  earlier: readonly InterruptedCreate[],
  live: WireEventStream,
): Promise<WireEventStream | undefined> {
  const maker = earlier.findLast((each) => isMadeBy(each, live));
  if (!maker) return undefined;
  if (!interrupted.includes(maker)) return live;
  const { replaces } = diffEventStream(maker.inputs, outputsOf(live, maker.inputs), inputs);
  if (replaces.length > 0) throw openConflict(`it was made by an interrupted run, with another ${replaces.join(", ")}`);
  return client.updateEventStream(live.id, updateBody(inputs, text(inputs["status"]) ?? DEFAULT_STATUS), signal);
}

function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409;
}

/** A 409 that does not end the matter. It has no status: the intention stays on record, and the next run goes on from it. */
function openConflict(why: string): RemoteFailure {
  return new RemoteFailure(
    diagnostic("operation-failed", `Auth0 has an event stream of that name already: ${why}`, { hint: "apply again" }),
  );
}
