// The JSON of Auth0's Management API v2 for log streams. What is sent is typed; what is answered is parsed.
import * as z from "zod/mini";

/** What happens to personal data in records before they are sent. */
export interface WirePiiConfig {
  log_fields: string[];
  /** `mask` or `hash`; Auth0 answers `hash` where none was sent. */
  method?: string;
  algorithm?: string;
}

/** A header that Auth0 adds to the requests of an `http` stream. */
export interface WireHeader {
  header: string;
  value: string;
}

/** The fields of a sink, as they are sent; they depend on the stream's type. */
export type WireSink = Record<string, string | boolean | WireHeader[]>;

/** What a create or an update sends. An update without `pii_config` removes it. */
export interface WireLogStreamBody {
  name?: string;
  type?: string;
  sink?: WireSink;
  filters?: { type: string; name: string }[];
  isPriority?: boolean;
  pii_config?: WirePiiConfig;
  startFrom?: string;
  status?: string;
}

const absentOr = <T extends z.core.SomeType>(type: T) => z.optional(z.nullable(type));
const header = z.looseObject({ header: z.string(), value: z.string() });

/**
 * A stream as Auth0 answers it. Without filters the key is absent. Secrets of the sink are in clear, save Mixpanel's.
 * `status` is `active`, `paused`, or `suspended`, which only Auth0 sets.
 */
export const wireLogStream = z.looseObject({
  id: z.string().check(z.minLength(1)),
  name: z.string(),
  type: z.string(),
  status: z.string(),
  sink: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(header)])),
  filters: absentOr(z.array(z.looseObject({ type: z.string(), name: z.string() }))),
  isPriority: absentOr(z.boolean()),
  pii_config: absentOr(
    z.looseObject({
      log_fields: z.array(z.string()),
      method: absentOr(z.string()),
      algorithm: absentOr(z.string()),
    }),
  ),
});

/** See {@link wireLogStream}. */
export type WireLogStream = z.infer<typeof wireLogStream>;

/** All streams of a tenant: a bare list, without pages. */
export const wireLogStreams = z.array(wireLogStream);
