import * as z from "zod/mini";
import { block, count, described, text, word } from "../fields.ts";
import { sinkSchema } from "./sinks.ts";

const ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):\d{1,5}$/;

const address = (description: string): z.ZodMiniString =>
  described(z.string().check(z.regex(ADDRESS, { error: "is not HOST:PORT" })), { description, ref: true });

const secondarySchema = () =>
  block("An earlier secret, for the time of a rotation.", {
    secret: described(word(), {
      description: "The earlier token, password or header value; for a log stream the whole value of `Authorization`.",
      ref: true,
      secret: true,
    }),
    until: described(
      z.iso.datetime({ offset: true, error: "is not a time in ISO 8601, such as 2026-11-24T08:00:00Z" }),
      {
        description: "It is accepted until then, answered 503 for a day more, and 401 after that.",
      },
    ),
  });

const limitsSchema = () =>
  block("What one client, or all together, may take.", {
    bodyBytes: z.optional(count(1024, 1 << 30, "Longest body, as it arrives; 16 MB when left out.")),
    unpackedBytes: z.optional(count(1024, 1 << 30, "Longest body after it is unpacked; 64 MB when left out.")),
    connections: z.optional(count(1, 65_535, "Connections at once; 512 when left out.")),
    requests: z.optional(count(1, 65_535, "Requests at once; more are answered 503. 256 when left out.")),
  });

const spoolSchema = () =>
  block("Where events are kept until every sink has them.", {
    directory: z.optional(
      text("Folder of the spool, from the manifest's folder; `spool/<name of the manifest>` when left out."),
    ),
    maxBytes: z.optional(
      count(
        65_536,
        1 << 42,
        "The spool is full at so many bytes of events; posts are answered 503 then. 1 GB when left out.",
      ),
    ),
    idWindow: z.optional(
      block("Which duplicates are known.", {
        count: z.optional(count(1, 10_000_000, "How many ids are remembered; 1,000,000 when left out.")),
        days: z.optional(count(1, 365, "For how long; 7 when left out.")),
      }),
    ),
  });

/** The schema of the other end of a webhook or http destination. Built when asked for. */
export const receiverSchema = () =>
  block("The other end: `openmcf run` listens there, keeps what Auth0 posts, and brings it to sinks.", {
    listen: address("Address to listen on, `HOST:PORT`; `0.0.0.0:8080` is all interfaces."),
    path: z.optional(
      described(z.string().check(z.regex(/^\/[^\s?#]*$/, { error: "is not a path" })), {
        description: "Path of the posts; that of the destination's endpoint when left out.",
        ref: true,
      }),
    ),
    tls: z.optional(
      block("Certificate of the receiver; without it something in front of it must end TLS.", {
        certFile: text("PEM file of the certificate with its chain, from the manifest's folder."),
        keyFile: text("PEM file of its key."),
      }),
    ),
    operations: z.optional(address("Address of `/healthz`, `/readyz` and `/metrics`; `127.0.0.1:9464` when left out.")),
    secondary: z.optional(
      described(z.array(secondarySchema()), { description: "Earlier secrets, during a rotation." }),
    ),
    limits: z.optional(limitsSchema()),
    spool: z.optional(spoolSchema()),
    sinks: described(z.array(sinkSchema()).check(z.minLength(1, { error: "needs at least one sink" })), {
      description: "Where events go; each sink has its own pace.",
    }),
  });

/** `spec.receiver`, as validated. */
export type ReceiverSpec = z.infer<ReturnType<typeof receiverSchema>>;
