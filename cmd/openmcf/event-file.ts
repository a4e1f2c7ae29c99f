import { closeSync, openSync, writeSync } from "node:fs";
import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import type { EngineEvent } from "../../pkg/engine/index.ts";
import { manifestKey } from "../../pkg/manifest/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";

/** Where `--json-events` writes progress. */
export interface EventFile {
  /** Appends an event. A file that can no longer be written to does not stop the run. */
  write(manifest: Manifest, event: EngineEvent): void;
  /** @returns a warning when events are missing from the file. */
  close(): Diagnostic | undefined;
}

/** Opens a file for progress as JSON lines; each names its manifest. @throws InvalidInput when it cannot be opened. */
export function openEventFile(path: string): EventFile {
  let problem: Diagnostic | undefined;
  const file = open(path);
  return {
    write(manifest, event) {
      if (problem) return;
      const line = { time: new Date().toISOString(), manifest: manifestKey(manifest), ...shown(event) };
      try {
        writeSync(file, `${JSON.stringify(line)}\n`);
      } catch (error) {
        problem = unwritable(path, error, "events from here on are missing", "warning");
      }
    },
    close() {
      closeSync(file);
      return problem;
    },
  };
}

function open(path: string): number {
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw new InvalidInput(unwritable(path, error, "nothing was begun", "error"));
  }
}

function unwritable(path: string, error: unknown, effect: string, severity: Diagnostic["severity"]): Diagnostic {
  const message = `${path} cannot be written (${(error as NodeJS.ErrnoException).code}): ${effect}`;
  return diagnostic("file-unwritable", message, { severity, hint: "check the path given with --json-events" });
}

/** An event without the text of the manifest. */
function shown(event: EngineEvent): object {
  if (event.kind !== "diagnostic") return event;
  const { source: _, ...rest } = event.diagnostic;
  return { kind: "diagnostic", diagnostic: rest };
}
