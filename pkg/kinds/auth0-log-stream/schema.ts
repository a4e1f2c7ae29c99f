import * as z from "zod/mini";
import { eventBusSchema } from "../event-bus/index.ts";
import { block, described, metaOf, word } from "../fields.ts";
import { receiverSchema } from "../receiver/index.ts";
import { destinationBlocks, DESTINATION_TYPES } from "./destinations.ts";

const piiConfig = () =>
  block("What Auth0 does with personal data in records before it sends them.", {
    logFields: described(
      z
        .array(z.enum(["first_name", "last_name", "username", "email", "phone", "address"]))
        .check(z.minLength(1, { error: "needs at least one field" })),
      { description: "Fields to mask or hash.", uniqueItems: true },
    ),
    method: z.optional(described(z.enum(["mask", "hash"]), { description: "`mask` or `hash`; `hash` when left out." })),
    algorithm: z.optional(described(z.literal("xxhash"), { description: "How `hash` hashes: `xxhash`." })),
  });

/** When and whether it sends. */
const delivery = () => ({
  startFrom: z.optional(
    described(
      z.string().check(
        z.regex(/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/, {
          error: "is not a date or time in ISO 8601, such as 2026-11-24T08:00:00Z",
        }),
      ),
      {
        description: "Send logs from this time on (ISO 8601). Auth0 takes it when the stream is made and never again.",
      },
    ),
  ),
  status: z.optional(
    described(z.enum(["active", "paused"]), {
      synonyms: {
        enabled: "active",
        on: "active",
        true: "active",
        disabled: "paused",
        inactive: "paused",
        off: "paused",
        false: "paused",
      },
      description:
        "Whether Auth0 sends. A paused stream keeps logs for the tenant's retention. Left out: active, but a stream that Auth0 has suspended stays suspended.",
    }),
  ),
});

const withoutOtherEnds = () =>
  block("Which tenant logs, and where they go.", {
    destinationType: described(z.enum(DESTINATION_TYPES), {
      description: "Where logs go; the block of that name must be present. Another type replaces the stream.",
    }),
    ...destinationBlocks(),
    filters: z.optional(
      described(z.array(word()), {
        description: "Categories of logs to send, e.g. `auth.login.fail`; all when left out. Order does not matter.",
        uniqueItems: true,
      }),
    ),
    isPriority: z.optional(
      described(z.boolean(), {
        description:
          "Prioritized stream: security logs only, delivered first, and not counted against the tenant's limit.",
      }),
    ),
    piiConfig: z.optional(piiConfig()),
    ...delivery(),
  });

let common: ReturnType<typeof withoutOtherEnds> | undefined;

/** `spec` of an Auth0LogStream without its other ends. Built when the first log stream comes: it takes time. */
export function auth0LogStreamCommonSpec(): ReturnType<typeof withoutOtherEnds> {
  return (common ??= withoutOtherEnds());
}

function withOtherEnds() {
  const { description = "" } = metaOf(auth0LogStreamCommonSpec());
  return block(description, {
    ...auth0LogStreamCommonSpec().shape,
    eventBus: z.optional(eventBusSchema()),
    receiver: z.optional(receiverSchema()),
  });
}

let whole: ReturnType<typeof withOtherEnds> | undefined;

/** `spec` of an Auth0LogStream. */
export function auth0LogStreamSpec(): ReturnType<typeof withOtherEnds> {
  return (whole ??= withOtherEnds());
}

/** `spec` of an Auth0LogStream, as validated. */
export type Auth0LogStreamSpec = z.infer<ReturnType<typeof withOtherEnds>>;
