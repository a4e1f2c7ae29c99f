/** What Auth0 said: something that an event stream tells, or a line of the tenant's log. */
export type Surface = "event" | "log";

/** The one shape inside, whatever form Auth0 used. */
export interface Event {
  /** `evt_…` of an event, `log_id` of a log record: printable ASCII, at most 256 characters. */
  id: string;
  surface: Surface;
  /** `user.created`, or a log code such as `s`. */
  type: string;
  /** When it happened, as Auth0 wrote it (ISO 8601); `null` where it did not say. */
  time: string | null;
  tenant: string | null;
  /** Id of the Auth0 stream that sent it, where the event names one. */
  stream: string | null;
  /** The JSON text as it arrived, on one line. */
  body: string;
}

/** A text that is not an event, and why. */
export interface Malformed {
  reason: string;
  body: string;
}

export function isMalformed(read: Event | Malformed): read is Malformed {
  return "reason" in read;
}
