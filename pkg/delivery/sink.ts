import type { StoredEvent } from "./stored-event.ts";

/** What a sink made of the events it was given, in order. */
export interface Delivered {
  /** So many of the first events are settled: taken, or refused for good. */
  settled: number;
  /** Those among them that are refused for good; they become dead letters. */
  refused?: readonly { index: number; reason: string }[];
  /** Why the others are not settled; they are given again, the first of them first. */
  again?: { reason: string; afterMs?: number };
  /** What the sink wants to know after a restart; stored together with the cursor. */
  resume?: string;
}

/** What a sink gets when it starts. */
export interface SinkStart {
  /** What the sink said last, or `null` the first time. */
  resume: string | null;
  /** Waits until the cursor with the sink's last word is on the disk. */
  confirm: () => Promise<void>;
}

/**
 * Where events go. It gets batches in order, one at a time. After a crash it may get events again that it has taken
 * already, from those on that came after its last stored word.
 */
export interface Sink {
  /** @returns what to store as the sink's word before the first batch, if anything. */
  open?(start: SinkStart): Promise<string | undefined>;
  /**
   * @param signal is aborted when the process must not wait any longer.
   * @throws for what passes: all events are given again.
   */
  deliver(events: readonly StoredEvent[], signal: AbortSignal): Promise<Delivered>;
  /** Ends in good order: what was taken stays taken. */
  close?(): Promise<void>;
}
