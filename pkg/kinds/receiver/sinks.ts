import * as z from "zod/mini";
import { block, count, described, text, word } from "../fields.ts";
import type { Partially } from "../kind.ts";

const secretText = (description: string): z.ZodMiniString =>
  described(word().check(z.regex(/\S/, { error: "is only white space" })), { description, ref: true, secret: true });

const bool = (description: string): z.ZodMiniBoolean => described(z.boolean(), { description });

const MEGABYTE = 1024 * 1024;

/** What files of lines and CSV files have in common. */
const rotation = () => ({
  directory: text("Folder of the files, from the manifest's folder; made when it is not there."),
  maxBytes: z.optional(
    count(1024, 1024 * 1024 * MEGABYTE, "A file is complete before it grows beyond this; 100 MB when left out."),
  ),
  maxMinutes: z.optional(
    count(1, 44_640, "A file is complete when its first event has been in it for so long; 60 when left out."),
  ),
  gzip: z.optional(bool("Compress files when they are complete.")),
});

const retrySchema = () =>
  block("How a sink that fails is tried again.", {
    initialSeconds: z.optional(count(1, 3600, "Wait after the first failure; doubled each time. 1 when left out.")),
    maxSeconds: z.optional(count(1, 3600, "Longest wait; 60 when left out.")),
    giveUpAfterMinutes: z.optional(
      count(1, 525_600, "Events that fail for so long become dead letters; they are tried for ever when left out."),
    ),
  });

const headerSchema = () =>
  block("A header of each request.", {
    header: described(
      z.string().check(z.regex(/^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$/, { error: "is not an HTTP header name" })),
      {
        description: "Name of the header.",
      },
    ),
    value: secretText("Value of the header."),
  });

/** What a sink may be: one block each. */
const sinkKinds = () => ({
  files: block("Files of JSON lines: each event as it arrived.", rotation()),
  csv: block("CSV files: a row for each event, with the columns of docs/pipeline.md.", rotation()),
  stdout: block("Standard output of `openmcf run`, a line for each event.", {}),
  http: block("Another HTTP endpoint.", {
    url: described(z.string().check(z.regex(/^https?:\/\/.+/, { error: "is not an http or https URL" })), {
      description: "Where events are posted to.",
      ref: true,
    }),
    headers: z.optional(described(z.array(headerSchema()), { description: "Headers, such as `Authorization`." })),
    format: z.optional(
      described(z.enum(["lines", "array", "single"]), {
        description: "JSON lines, a JSON list, or one event a request; `lines` when left out.",
      }),
    ),
    maxEvents: z.optional(count(1, 10_000, "Most events of a request; 100 when left out.")),
    timeoutSeconds: z.optional(count(1, 600, "Longest wait for an answer; 30 when left out.")),
  }),
  command: block(
    "A program that reads events from its standard input, a line each; it is started again when it ends.",
    {
      command: described(z.array(word()).check(z.minLength(1, { error: "names no program" })), {
        description: "Program and arguments. No shell is involved.",
      }),
      acknowledge: z.optional(
        bool(
          "The program prints a line when it is done with an event. Without it an event counts when it is in the pipe.",
        ),
      ),
    },
  ),
});

/** One sink: a block of its kind, and what all sinks have. */
export const sinkSchema = () => {
  const kinds = sinkKinds();
  const optional = Object.fromEntries(Object.entries(kinds).map(([name, schema]) => [name, z.optional(schema)])) as {
    [Name in keyof typeof kinds]: z.ZodMiniOptional<(typeof kinds)[Name]>;
  };
  return block("Where events go. Exactly one kind of sink is given.", {
    name: z.optional(
      described(
        z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: "is not lower-case letters, digits and -" })),
        {
          description:
            "Name of the sink, unique in the receiver; its kind when left out. Its place in the spool goes by it.",
        },
      ),
    ),
    types: z.optional(
      described(z.array(word()).check(z.minLength(1, { error: "needs at least one type" })), {
        description: "Only events of these types, e.g. `user.created`, or log codes, e.g. `s`; all when left out.",
        uniqueItems: true,
      }),
    ),
    retry: z.optional(retrySchema()),
    ...optional,
  });
};

/** Names of the kinds of sinks. */
export const SINK_KINDS = ["files", "csv", "stdout", "http", "command"] as const;
export type SinkKind = (typeof SINK_KINDS)[number];

/** A sink, as validated. */
export type SinkSpec = z.infer<ReturnType<typeof sinkSchema>>;

/** The kinds of sinks that are given; a valid sink has one. */
export function kindsGiven(sink: Partially<SinkSpec>): SinkKind[] {
  return SINK_KINDS.filter((kind) => sink[kind] !== undefined && sink[kind] !== null);
}

/** Its own name, or its kind's. */
export function nameOfSink(sink: Partially<SinkSpec>): string {
  return sink.name ?? kindsGiven(sink)[0] ?? "";
}
