import type { PipelineStatus } from "../delivery/index.ts";
import { printable } from "./printable.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** Tells how receivers are doing while they run. Never a payload. */
export interface ReceiverProgress {
  /** Something that happened once. */
  note(text: string): void;
  start(): void;
  stop(): void;
}

const REDRAW_MS = 500;
const LINE_MS = 10_000;

/**
 * On a terminal: a table that is redrawn. Elsewhere: a line for each receiver when something has changed, as text or as
 * JSON. All of it goes to stderr: stdout may be a sink.
 */
export function createReceiverProgress(
  terminal: Terminal,
  format: "human" | "json",
  statuses: () => readonly PipelineStatus[],
  now: () => number,
): ReceiverProgress {
  let timer: NodeJS.Timeout | undefined;
  let drawn = 0;
  let said = "";
  const isLive = terminal.isLive && format === "human";
  const clear = (): void => {
    if (drawn > 0) terminal.eraseErr(drawn);
    drawn = 0;
  };
  const draw = (): void => {
    clear();
    const lines = receiverTable(statuses(), now());
    terminal.err(`${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const say = (): void => {
    const lines = statuses().map((status) =>
      format === "json"
        ? JSON.stringify({ time: new Date(now()).toISOString(), ...statusRecord(status) })
        : statusLine(status),
    );
    const key = statuses().map(statusLine).join("\n");
    if (key === said) return;
    said = key;
    terminal.err(`${lines.join("\n")}\n`);
  };
  return {
    note(text) {
      clear();
      if (format === "json")
        terminal.err(`${JSON.stringify({ time: new Date(now()).toISOString(), message: text })}\n`);
      else terminal.err(`${printable(text)}\n`);
    },
    start() {
      timer = setInterval(isLive ? draw : say, isLive ? REDRAW_MS : LINE_MS);
    },
    stop() {
      clearInterval(timer);
      if (isLive) draw();
      else say();
    },
  };
}

/** The table of a terminal: a line for each receiver and each sink. */
export function receiverTable(statuses: readonly PipelineStatus[], now: number): string[] {
  const rows = statuses.flatMap(({ name, address, counts, spool, sinks }) => [
    [name, address, `${counts.accepted}`, "", errorsOf(counts.refusals), ageOf(counts.lastEventAt, now)],
    ...sinks.map((sink) => [
      `  → ${sink.name}`,
      "",
      `${sink.delivered}`,
      `${sink.behind}`,
      sink.failing > 0
        ? `${sink.failing} × ${sink.lastError}`
        : sink.deadLettered > 0
          ? `${sink.deadLettered} dead letters`
          : "",
      "",
    ]),
    [`  spool`, "", `${megabytes(spool.bytes)} of ${megabytes(spool.maxBytes)}`, "", "", ""],
  ]);
  return table([
    ["RECEIVER", "ADDRESS", "EVENTS", "BEHIND", "ERRORS", "LAST EVENT"],
    ...rows.map((row) => row.map(printable)),
  ]);
}

/** One line of a log. */
export function statusLine({ name, counts, sinks }: PipelineStatus): string {
  const { accepted, duplicates, malformed, refusals } = counts;
  const more = [
    ...(duplicates > 0 ? [`${duplicates} duplicates`] : []),
    ...(malformed > 0 ? [`${malformed} malformed`] : []),
    ...[...refusals].map(([reason, count]) => `${count} refused (${reason})`),
  ];
  const ends = sinks.map(({ name: sink, delivered, behind, deadLettered, failing, lastError }) =>
    [
      `${sink} ${delivered} delivered`,
      ...(behind > 0 ? [`${behind} behind`] : []),
      ...(deadLettered > 0 ? [`${deadLettered} dead letters`] : []),
      ...(failing > 0 ? [`failing: ${lastError}`] : []),
    ].join(", "),
  );
  return printable(`${name}: ${[`${accepted} accepted`, ...more].join(", ")}; ${ends.join("; ")}`);
}

/** The same for a program that reads logs. */
export function statusRecord({ name, counts, spool, sinks }: PipelineStatus): Record<string, unknown> {
  const { accepted, duplicates, malformed, refusals, lastEventAt } = counts;
  return {
    receiver: name,
    accepted,
    duplicates,
    malformed,
    refused: Object.fromEntries(refusals),
    lastEventAt: lastEventAt === null ? null : new Date(lastEventAt).toISOString(),
    spoolBytes: spool.bytes,
    sinks: sinks.map(({ name: sink, delivered, behind, deadLettered, failures, failing, lastError }) => ({
      sink,
      delivered,
      behind,
      deadLettered,
      failures,
      lastError: failing > 0 ? lastError : null,
    })),
  };
}

function errorsOf(refusals: ReadonlyMap<string, number>): string {
  return [...refusals].map(([reason, count]) => `${count} ${reason}`).join(", ");
}

function ageOf(at: number | null, now: number): string {
  if (at === null) return "none yet";
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
