import { appendFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import eventsServices from "@pulumi/pulumi/proto/events_grpc_pb.js";
import events from "@pulumi/pulumi/proto/events_pb.js";
import { countSteps } from "../engine/index.ts";
import type { EngineEvent, OperationResult } from "../engine/index.ts";
import { UNKNOWN, hideSecrets, parsePath, setPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";

/** Writes Pulumi's engine events, as `--event-log` asks. */
export interface EventLog {
  write(event: EngineEvent): void;
  /** Ends it with what happened in all. */
  end(result: OperationResult, isPreview: boolean, ms: number): Promise<void>;
}

/** Opens an event log: a file of JSON lines, or `tcp://host:port`, where Automation API listens. */
export function openEventLog(target: string | undefined, isPreview: boolean): EventLog {
  const sink =
    target === undefined ? undefined : target.startsWith("tcp://") ? openStream(target.slice(6)) : openFile(target);
  let sequence = 0;
  const emit = (event: object): void => {
    sequence += 1;
    sink?.write(JSON.stringify({ sequence, timestamp: Math.floor(Date.now() / 1000), ...event }));
  };
  emit({ preludeEvent: { config: {} } });
  return {
    write(event) {
      if (event.kind === "progress") {
        const { urn, message } = event;
        emit({
          diagnosticEvent: { urn, prefix: "info: ", message, color: "never", severity: "info", ephemeral: true },
        });
      } else if (event.kind === "diagnostic") {
        const { severity, message } = event.diagnostic;
        emit({ diagnosticEvent: { prefix: `${severity}: `, message: `${message}\n`, color: "never", severity } });
      } else if (event.kind === "bookkeeping") emit(bookkeepingEvent(event, isPreview));
      else emit(stepEvent(event, isPreview));
    },
    async end(result, isPlan, ms) {
      const durationSeconds = Math.round(ms / 1000);
      emit({
        summaryEvent: {
          maybeCorrupt: false,
          durationSeconds,
          resourceChanges: countSteps(result.steps),
          policyPacks: {},
          isPreview: isPlan,
        },
      });
      emit({ cancelEvent: {} });
      await sink?.close();
    },
  };
}

function stepEvent({ phase, step }: Extract<EngineEvent, { kind: "step" }>, planning: boolean): object {
  const { op, urn, type, id, diff, parent = "", provider = "" } = step;
  const common = { type, urn, custom: true, parent, provider };
  const [outputs, inputs]: [PropertyMap, PropertyMap] = [{}, {}];
  for (const { path, before, after, unknown } of diff) {
    if (before !== undefined) setPath(outputs, parsePath(path), before as PropertyValue);
    if (unknown || after !== undefined) setPath(inputs, parsePath(path), unknown ? UNKNOWN : (after as PropertyValue));
  }
  const metadata = {
    // The CLI's word for the part of a replacement that makes the new one.
    op: op === "replace" ? "create-replacement" : op,
    urn,
    type,
    provider,
    logical: true,
    ...(op === "create" ? {} : { old: { ...common, id: id ?? "", inputs: {}, outputs } }),
    ...(op === "delete" ? {} : { new: { ...common, id: id ?? "", inputs, outputs: {} } }),
    keys: diff.filter(({ replace }) => replace).map(({ path }) => path),
    diffs: diff.map(({ path }) => path),
    detailedDiff: Object.fromEntries(
      diff.map(({ path, kind, replace }) => [path, { diffKind: replace ? `${kind}-replace` : kind, inputDiff: true }]),
    ),
  };
  if (phase === "failed") return { resOpFailedEvent: { metadata, status: 1, steps: 1 } };
  // A plan, and what is unchanged, has no end of its own.
  return phase === "finished" && op !== "same"
    ? { resOutputsEvent: { metadata, planning } }
    : { resourcePreEvent: { metadata, planning } };
}

function bookkeepingEvent(event: Extract<EngineEvent, { kind: "bookkeeping" }>, planning: boolean): object {
  const { op, urn, type, parent, outputs = {} } = event;
  const state = { urn, type, id: "", parent, provider: "", inputs: {}, outputs: hideSecrets(outputs) };
  const old = op === "create" ? null : state;
  const metadata = { op, urn, type, old, new: state, detailedDiff: null, logical: true, provider: "" };
  return event.outputs ? { resOutputsEvent: { metadata, planning } } : { resourcePreEvent: { metadata, planning } };
}

interface Sink {
  write(line: string): void;
  close(): Promise<void>;
}

function openFile(path: string): Sink {
  return { write: (line) => appendFileSync(path, `${line}\n`, { mode: 0o600 }), close: async () => {} };
}

function openStream(address: string): Sink {
  const client = new eventsServices.EventsClient(address, grpc.credentials.createInsecure());
  let finish: () => void = () => {};
  const finished = new Promise<void>((done) => (finish = done));
  const stream = client.streamEvents(() => finish());
  stream.on("error", () => finish());
  return {
    write(line) {
      const request = new events.EventRequest();
      request.setEvent(line);
      stream.write(request);
    },
    close: async () => {
      stream.end();
      await finished;
      client.close();
    },
  };
}
