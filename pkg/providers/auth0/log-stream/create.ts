import { RemoteFailure, diagnostic, isRemoteFailure } from "../../../diagnostics/index.ts";
import type { InterruptedCreate } from "../../../provider-contract/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import type { Clock } from "../../clock.ts";
import { UnknownOutcome } from "../failures.ts";
import type { LogStreamApi } from "./api.ts";
import { text } from "../event-stream-mapping.ts";
import { createBody, outputsOf, updateBody } from "./mapping.ts";
import { diffLogStream } from "./diff.ts";
import type { WireLogStream } from "./wire.ts";

/** How long a request of a killed run may still be on its way before another create is sent. */
const SETTLE_MS = 10_000;
/** Waits before another look for a stream whose answer got lost. */
const LOOK_AGAIN_MS = [500, 1000, 2000, 4000];
const LOOK_EVERY_MS = 1000;

/** What {@link createLogStream} works with. */
export interface CreateRequest {
  api: LogStreamApi;
  clock: Clock;
  inputs: PropertyMap;
  /** What {@link noteBeforeCreate} gave. */
  note?: PropertyMap;
  interrupted?: readonly InterruptedCreate[];
  signal: AbortSignal;
}

/**
 * What must be on record before a create is sent. Names of log streams are not unique, so the stream that a create made
 * can only be told from others of its name by knowing which of them were there before.
 */
export async function noteBeforeCreate(
  api: LogStreamApi,
  inputs: PropertyMap,
  signal: AbortSignal,
): Promise<PropertyMap> {
  const streams = await api.listed(signal);
  return { existing: streams.filter(({ name }) => name === inputs["name"]).map(({ id }) => id) };
}

/**
 * Creates a stream once, whatever becomes of the answers. Nothing at Auth0 refuses a second one, so a create whose
 * outcome is not known is looked for and never sent twice in one run.
 * @throws ApiError when Auth0 refuses; UnknownOutcome when the stream may still come.
 */
export async function createLogStream(request: CreateRequest): Promise<WireLogStream> {
  const { api, clock, inputs, note, signal } = request;
  const earlier = await lateArrival(request);
  if (earlier) return inLine(request, earlier);
  const ours: InterruptedCreate = { inputs, since: new Date(clock.now()), ...(note ? { note } : {}) };
  let made: WireLogStream;
  try {
    made = await api.create(createBody(inputs), signal);
  } catch (error) {
    if (!(error instanceof UnknownOutcome)) throw error;
    made = await lookFor(request, ours, error);
  }
  return withStatus(request, made);
}

/**
 * The stream that this create made, if the tenant has it.
 * @param streams all streams of the tenant.
 */
export function madeBy(
  { inputs, note }: InterruptedCreate,
  streams: readonly WireLogStream[],
): WireLogStream | undefined {
  const existing = Array.isArray(note?.["existing"]) ? note["existing"] : [];
  const { name, type } = createBody(inputs);
  return streams.find(
    (stream) =>
      stream.name === name && stream.type === type && !existing.includes(stream.id) && hasSinkOf(stream, inputs),
  );
}

/** A stream of an interrupted run that appears while its request may still be on its way. */
async function lateArrival({
  api,
  clock,
  interrupted = [],
  signal,
}: CreateRequest): Promise<WireLogStream | undefined> {
  for (;;) {
    const waiting = interrupted.filter(({ since }) => clock.now() < since.getTime() + SETTLE_MS);
    if (interrupted.length === 0) return undefined;
    const streams = await api.list(signal);
    const found = interrupted.map((each) => madeBy(each, streams)).find((stream) => stream !== undefined);
    if (found || waiting.length === 0) return found;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

async function lookFor(
  { api, clock, signal }: CreateRequest,
  ours: InterruptedCreate,
  lost: UnknownOutcome,
): Promise<WireLogStream> {
  for (const wait of [0, ...LOOK_AGAIN_MS]) {
    if (wait > 0) await clock.sleep(wait, signal);
    const found = madeBy(ours, await api.list(signal));
    if (found) return found;
  }
  throw lost;
}

/** A stream that an earlier run made may have been sent other values. */
async function inLine({ api, inputs, signal }: CreateRequest, made: WireLogStream): Promise<WireLogStream> {
  if (diffLogStream(outputsOf(made, inputs), inputs).changes.length === 0) return made;
  return api.update(made.id, updateBody(inputs, text(inputs["status"])), signal);
}

/**
 * Auth0 takes no status in a create, so an update follows.
 * @throws RemoteFailure without a status when that fails: the create stays on record, and the next run goes on from it.
 */
async function withStatus({ api, inputs, signal }: CreateRequest, made: WireLogStream): Promise<WireLogStream> {
  const status = text(inputs["status"]);
  if (status === undefined || status === made.status) return made;
  try {
    return await api.update(made.id, updateBody(inputs, status), signal);
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    const message = `log stream ${made.id} was made, but its status could not be set to ${status}`;
    throw new RemoteFailure(diagnostic("operation-failed", `${message}: ${error.message}`, { hint: "apply again" }));
  }
}

function hasSinkOf({ sink }: WireLogStream, inputs: PropertyMap): boolean {
  return Object.entries(createBody(inputs).sink ?? {}).every(
    ([field, value]) => field === "mixpanelServiceAccountPassword" || same(sink[field], value),
  );
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
