import type { PipelineStatus } from "../pipeline.ts";
import { DURATION_BOUNDS } from "../receiver/counts.ts";

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [labels: Labels, value: number];

/**
 * What Prometheus reads (exposition format 0.0.4). Where OpenTelemetry has a name for something, that is its name
 * (semantic conventions for HTTP metrics).
 * @param now milliseconds since 1970.
 */
export function renderMetrics(pipelines: readonly PipelineStatus[], now: number): string {
  const each = (samples: (pipeline: PipelineStatus, labels: Labels) => readonly Sample[]): Sample[] =>
    pipelines.flatMap((pipeline) => samples(pipeline, { receiver: pipeline.name }));
  const eachSink = (value: (sink: PipelineStatus["sinks"][number]) => number): Sample[] =>
    each(({ sinks }, labels) => sinks.map((sink): Sample => [{ ...labels, sink: sink.name }, value(sink)]));
  return [
    metric("auth0_streams_events_total", "counter", "Events received, by what became of them.", [
      ...each(({ counts: { accepted, duplicates, malformed } }, labels) => [
        [{ ...labels, outcome: "accepted" }, accepted],
        [{ ...labels, outcome: "duplicate" }, duplicates],
        [{ ...labels, outcome: "malformed" }, malformed],
      ]),
    ]),
    metric("auth0_streams_last_event_age_seconds", "gauge", "Time since the last event; absent before the first.", [
      ...each(({ counts: { lastEventAt } }, labels) =>
        lastEventAt === null ? [] : [[labels, Math.max(0, now - lastEventAt) / 1000]],
      ),
    ]),
    metric("auth0_streams_refused_total", "counter", "Requests refused, by reason.", [
      ...each(({ counts }, labels) =>
        [...counts.refusals].map(([reason, count]): Sample => [{ ...labels, reason }, count]),
      ),
    ]),
    metric("http_server_active_requests", "gauge", "Requests under way.", [
      ...each(({ counts }, labels) => [[labels, counts.active]]),
    ]),
    durations(pipelines),
    metric("auth0_streams_answers_total", "counter", "Answers, by status code.", [
      ...each(({ counts }, labels) =>
        [...counts.answers].map(([status, count]): Sample => [{ ...labels, http_response_status_code: status }, count]),
      ),
    ]),
    metric("auth0_streams_spool_bytes", "gauge", "Bytes of events in the spool.", [
      ...each(({ spool }, labels) => [[labels, spool.bytes]]),
    ]),
    metric("auth0_streams_spool_limit_bytes", "gauge", "Bytes at which the spool is full.", [
      ...each(({ spool }, labels) => [[labels, spool.maxBytes]]),
    ]),
    metric("auth0_streams_dead_letters", "gauge", "Dead letters in the spool.", [
      ...each(({ spool }, labels) => [[labels, spool.deadLetters]]),
    ]),
    metric(
      "auth0_streams_sink_delivered_total",
      "counter",
      "Events that a sink has taken.",
      eachSink((s) => s.delivered),
    ),
    metric(
      "auth0_streams_sink_dead_letters_total",
      "counter",
      "Events that a sink has refused.",
      eachSink((s) => s.deadLettered),
    ),
    metric(
      "auth0_streams_sink_failures_total",
      "counter",
      "Failed tries of a sink.",
      eachSink((s) => s.failures),
    ),
    metric(
      "auth0_streams_sink_behind",
      "gauge",
      "Events that a sink has not settled.",
      eachSink((s) => s.behind),
    ),
  ].join("");
}

function durations(pipelines: readonly PipelineStatus[]): string {
  const name = "http_server_request_duration_seconds";
  const lines = pipelines.flatMap(({ name: receiver, counts: { durations: buckets, durationSum } }) => {
    let count = 0;
    const counted = [...DURATION_BOUNDS, "+Inf"].map((le, index) => {
      count += buckets[index] ?? 0;
      return `${name}_bucket${text({ receiver, le })} ${count}\n`;
    });
    return [
      ...counted,
      `${name}_sum${text({ receiver })} ${durationSum}\n`,
      `${name}_count${text({ receiver })} ${count}\n`,
    ];
  });
  return `# HELP ${name} Time to answer.\n# TYPE ${name} histogram\n${lines.join("")}`;
}

function metric(name: string, type: "counter" | "gauge", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${text(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function text(labels: Labels): string {
  const escape = (value: string | number): string =>
    String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const parts = Object.entries(labels).map(([key, value]) => `${key}="${escape(value)}"`);
  return `{${parts.join(",")}}`;
}
