// What the spool and its thread say to each other. Plain data; buffers are handed over, not copied.

/** A dead letter: what a sink refused for good, or what a source could not read. */
export interface DeadLetter {
  /** The sink's name; `null` for what the source could not read. */
  sink: string | null;
  eventId: string | null;
  reason: string;
  body: string;
}

/** How far a sink has come. */
export interface CursorMove {
  sink: string;
  /** Number of the first event that the sink has not settled. */
  position: number;
  /** What the sink wants back after a restart. */
  resume: string | null;
}

/** What one transaction writes. */
export interface CommitRequest {
  op: "commit";
  /** Once a transaction has failed, others of its epoch fail as well. */
  epoch: number;
  /** Milliseconds since 1970. */
  at: number;
  /** Bodies of new events, a line each. */
  events: Uint8Array<ArrayBuffer>;
  count: number;
  /** Digests of their ids, 16 bytes each. */
  ids: Uint8Array<ArrayBuffer>;
  cursors: CursorMove[];
  deadLetters: DeadLetter[];
  /** Ids of events before this moment may be forgotten, and so may the oldest beyond `idWindow`. */
  forgetBefore: number;
}

interface ReadRequest {
  op: "read";
  position: number;
  maxBytes: number;
}

interface CloseRequest {
  op: "close";
}

export type Request = CommitRequest | ReadRequest | CloseRequest;

/** A row of the spool: events of one transaction, from a position on. */
export interface StoredRow {
  first: number;
  count: number;
  at: number;
  events: Uint8Array<ArrayBuffer>;
}

/** Something wrong that was found in the files, and what was done. */
export interface SpoolFinding {
  code: "torn-tail" | "damaged-rows" | "damaged-file" | "forgotten-sink";
  message: string;
}

/** Why the spool could not do what was asked. */
export interface SpoolFault {
  /** `full`: the disk has no room. `io`: it fails otherwise. `damaged`: the file is. `owned`: another process has it. */
  code: "full" | "io" | "damaged" | "owned";
  message: string;
}

export interface SpoolSize {
  /** Bytes of events that some sink still needs. */
  bytes: number;
  /** Number of the next event. */
  next: number;
  deadLetters: number;
}

export type Answer =
  | { op: "commit"; size: SpoolSize }
  | { op: "read"; rows: StoredRow[]; findings: SpoolFinding[] }
  | { op: "close" }
  | { op: "fault"; fault: SpoolFault };

/** What the thread is started with. */
export interface WorkerStart {
  folder: string;
  sinks: string[];
  idWindow: number;
  maxDeadLetterBytes: number;
  forgetBefore: number;
}

/** What the thread says when it is ready. */
export interface Opened {
  op: "opened";
  size: SpoolSize;
  cursors: CursorMove[];
  /** Digests of the ids of the window with the moment of each block, oldest first. */
  window: { at: number; ids: Uint8Array<ArrayBuffer> }[];
  findings: SpoolFinding[];
}
