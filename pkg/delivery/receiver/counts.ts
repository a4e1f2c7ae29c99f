/** Upper bounds of the histogram of answers, in seconds (OpenTelemetry's advice for `http.server.request.duration`). */
export const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 7.5, 10];

/** What a receiver counts. */
export class ReceiverCounts {
  accepted = 0;
  duplicates = 0;
  malformed = 0;
  active = 0;
  /** Milliseconds since 1970; `null` before the first event. */
  lastEventAt: number | null = null;
  readonly answers = new Map<number, number>();
  /** Refusals by reason. */
  readonly refusals = new Map<string, number>();
  readonly durations: number[] = Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0);
  durationSum = 0;

  answered(status: number, seconds: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    this.durationSum += seconds;
    const bucket = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    const index = bucket < 0 ? DURATION_BOUNDS.length : bucket;
    this.durations[index] = (this.durations[index] ?? 0) + 1;
  }

  refused(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }
}
