import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  Authorization,
  CommandSink,
  CsvSink,
  DEFAULT_LIMITS,
  FilesSink,
  HttpSink,
  Pipeline,
  WriterSink,
} from "../delivery/index.ts";
import type { PipelineOptions, ReceiverOptions, Sink, SinkSetup } from "../delivery/index.ts";
import { kindsGiven, nameOfSink } from "../kinds/index.ts";
import type { SinkSpec } from "../kinds/index.ts";
import { addressOf } from "./setup.ts";
import type { ReceiverSetup } from "./setup.ts";

/** Where sinks on this process's own streams write. */
export interface Surroundings {
  out: (text: string) => void;
  err: (text: string) => void;
}

const MEGABYTE = 1024 * 1024;
const DAY_MS = 86_400_000;

/**
 * Starts what a manifest's receiver asks for.
 * @throws SpoolError, or the system's error: an address that is taken, a certificate that is not there.
 */
export function startReceiver(setup: ReceiverSetup, surroundings: Surroundings): Promise<Pipeline> {
  return Pipeline.start(pipelineOptions(setup, surroundings));
}

function pipelineOptions(setup: ReceiverSetup, surroundings: Surroundings): PipelineOptions {
  const { name, folder, receiver } = setup;
  const { directory = join("spool", name), maxBytes = 1024 * MEGABYTE, idWindow } = receiver.spool ?? {};
  return {
    name,
    receiver: receiverOptions(setup),
    spool: {
      folder: resolve(folder, directory),
      maxBytes,
      idWindow: { count: idWindow?.count ?? 1_000_000, ms: (idWindow?.days ?? 7) * DAY_MS },
      maxWaiting: 64 * MEGABYTE,
    },
    sinks: receiver.sinks.map((sink) => sinkSetup(sink, folder, surroundings)),
  };
}

function receiverOptions({ folder, receiver, path, credentials, secondary }: ReceiverSetup): ReceiverOptions {
  const { listen, limits = {}, tls } = receiver;
  const read = (file: string): string => readFileSync(resolve(folder, file), "utf8");
  return {
    ...addressOf(listen),
    path,
    authorization: new Authorization(credentials, secondary),
    limits: {
      ...DEFAULT_LIMITS,
      maxBodyBytes: limits.bodyBytes ?? DEFAULT_LIMITS.maxBodyBytes,
      maxUnpackedBytes: limits.unpackedBytes ?? DEFAULT_LIMITS.maxUnpackedBytes,
      maxConnections: limits.connections ?? DEFAULT_LIMITS.maxConnections,
      maxRequests: limits.requests ?? DEFAULT_LIMITS.maxRequests,
    },
    ...(tls ? { tls: { cert: read(tls.certFile), key: read(tls.keyFile) } } : {}),
  };
}

function sinkSetup(spec: SinkSpec, folder: string, surroundings: Surroundings): SinkSetup {
  const { initialSeconds = 1, maxSeconds = 60, giveUpAfterMinutes } = spec.retry ?? {};
  return {
    name: nameOfSink(spec),
    sink: sinkOf(spec, folder, surroundings),
    ...(spec.types ? { types: spec.types } : {}),
    retry: {
      initialMs: initialSeconds * 1000,
      maxMs: maxSeconds * 1000,
      ...(giveUpAfterMinutes === undefined ? {} : { giveUpAfterMs: giveUpAfterMinutes * 60_000 }),
    },
    maxEvents: spec.http ? (spec.http.maxEvents ?? 100) : 2000,
    maxBytes: MEGABYTE,
    // Only files pay for every call with a flush to the disk.
    lingerMs: spec.files || spec.csv ? 100 : 0,
  };
}

function sinkOf(spec: SinkSpec, folder: string, { out, err }: Surroundings): Sink {
  const rotation = spec.files ?? spec.csv;
  if (rotation) {
    const { directory, maxBytes = 100 * MEGABYTE, maxMinutes = 60, gzip = false } = rotation;
    const options = { directory: resolve(folder, directory), maxBytes, maxAgeMs: maxMinutes * 60_000, gzip };
    return spec.files ? new FilesSink(options) : new CsvSink(options);
  }
  if (spec.http) {
    const { url, headers = [], format = "lines", timeoutSeconds = 30 } = spec.http;
    const pairs = Object.fromEntries(headers.map(({ header, value }) => [header, value]));
    return new HttpSink({ url, headers: pairs, format, timeoutMs: timeoutSeconds * 1000 });
  }
  if (spec.command)
    return new CommandSink({
      command: spec.command.command,
      directory: folder,
      acknowledges: spec.command.acknowledge ?? false,
      onOutput: err,
    });
  if (spec.stdout) return new WriterSink(out);
  throw new Error(`no sink of kind ${kindsGiven(spec).join()}`);
}
