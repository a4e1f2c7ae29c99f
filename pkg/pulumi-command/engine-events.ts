import { appendFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import eventsServices from "@pulumi/pulumi/proto/events_grpc_pb.js";
import events from "@pulumi/pulumi/proto/events_pb.js";
import type { EngineEvent, OperationResult, RecordChange, RecordPhase } from "../engine/index.ts";
import type { ResourceState } from "../state/index.ts";
import { maskSecrets, parsePath } from "../values/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { detailedDiff } from "./detailed-diff.ts";

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
      } else if (event.kind === "record") recordEvents(event.phase, event.change, isPreview).forEach(emit);
    },
    async end(result, isPlan, ms) {
      emit({
        summaryEvent: {
          maybeCorrupt: false,
          durationSeconds: Math.round(ms / 1000),
          resourceChanges: result.resourceChanges ?? {},
          PolicyPacks: {},
          isPreview: isPlan,
          result: result.result,
        },
      });
      emit({ cancelEvent: {} });
      await sink?.close();
    },
  };
}

/** Pulumi tells of a record's change twice: before it, and with its outputs. */
function recordEvents(phase: RecordPhase, change: RecordChange, isPlan: boolean): object[] {
  const planning = isPlan ? { planning: true } : {};
  const before = { resourcePreEvent: { metadata: metadataOf(change, true), ...planning } };
  const after = { resOutputsEvent: { metadata: metadataOf(change, false), ...planning } };
  if (phase === "failed") return [{ resOpFailedEvent: { metadata: metadataOf(change, true), status: 1, steps: 1 } }];
  if (phase === "planned") return [before, after];
  return phase === "started" || phase === "registered" ? [before] : [after];
}

function metadataOf(change: RecordChange, isBefore: boolean): object {
  const { op, urn, type, old, new: now, changes = [], replaces = [] } = change;
  const provider = (now ?? old)?.provider ?? "";
  const [diffs, keys] = [topLevel(changes.map(({ path }) => path)), topLevel(replaces)];
  return {
    op,
    urn,
    type,
    old: old ? stateOf(old) : null,
    new: now ? stateOf(isBefore ? withoutResult(now, op) : now) : null,
    ...(keys.length > 0 ? { keys } : {}),
    ...(diffs.length > 0 ? { diffs } : {}),
    detailedDiff: changes.length > 0 ? detailedDiff(change) : null,
    logical: op !== "create-replacement" && op !== "delete-replaced",
    provider,
  };
}

/** What is known of a record before its step: what a step gives is not there yet. */
function withoutResult(state: ResourceState, op: RecordChange["op"]): ResourceState {
  const { id = "" } = state;
  return { ...state, id: op === "read" || op === "import" ? id : "", outputs: {} };
}

function stateOf({ type, urn, custom, id = "", parent = "", inputs, outputs, provider = "" }: ResourceState): object {
  const shown = (properties: PropertyMap = {}): PropertyMap => maskSecrets(properties);
  return {
    type,
    urn,
    ...(custom ? { custom } : {}),
    id,
    parent,
    inputs: shown(inputs),
    outputs: shown(outputs),
    provider,
  };
}

function topLevel(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => String(parsePath(path)[0] ?? path)))];
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
