import { describe, expect, test } from "vitest";
import { renderMetrics } from "../../pkg/delivery/operations/metrics.ts";
import type { PipelineStatus } from "../../pkg/delivery/index.ts";
import { ReceiverCounts } from "../../pkg/delivery/receiver/counts.ts";
import { receiverTable, statusLine, statusRecord } from "../../pkg/report/receiver-status.ts";

const NOW = Date.parse("2026-01-01T00:00:30Z");

function status(): PipelineStatus {
  const counts = new ReceiverCounts();
  Object.assign(counts, { accepted: 12, duplicates: 2, malformed: 1, lastEventAt: NOW - 5000 });
  counts.refused("unauthorized");
  counts.answered(200, 0.004);
  counts.answered(503, 8);
  const sink = { delivered: 7, deadLettered: 0, failures: 3, failing: 2, lastError: "answered 500", position: 8 };
  return {
    name: "hooked",
    address: "127.0.0.1:8080",
    counts,
    spool: { bytes: 2 * 1024 * 1024, next: 13, deadLetters: 1, maxBytes: 1024 * 1024 * 1024 },
    sinks: [{ name: 'a "b"', ...sink, behind: 5 }],
    isReady: true,
  };
}

describe("how a receiver is doing", () => {
  test("as a table", () => {
    expect(receiverTable([status()], NOW).join("\n")).toMatch(/12 .*1 unauthorized +5 s ago\n.*7 +5 +2 × answered 500/);
  });

  test("as a line", () => {
    expect(statusLine(status())).toBe(
      'hooked: 12 accepted, 2 duplicates, 1 malformed, 1 refused (unauthorized); a "b" 7 delivered, 5 behind, failing: answered 500',
    );
  });

  test("as JSON", () => {
    expect(statusRecord(status())).toMatchObject({
      receiver: "hooked",
      accepted: 12,
      refused: { unauthorized: 1 },
      lastEventAt: "2026-01-01T00:00:25.000Z",
      sinks: [{ sink: 'a "b"', delivered: 7, behind: 5, lastError: "answered 500" }],
    });
  });

  test("as Prometheus text, with labels that are escaped", () => {
    const text = renderMetrics([status()], NOW);
    expect(text).toContain('auth0_streams_events_total{receiver="hooked",outcome="accepted"} 12\n');
    expect(text).toContain('auth0_streams_last_event_age_seconds{receiver="hooked"} 5\n');
    expect(text).toContain('auth0_streams_sink_behind{receiver="hooked",sink="a \\"b\\""} 5\n');
    expect(text).toContain('http_server_request_duration_seconds_bucket{receiver="hooked",le="0.005"} 1\n');
    expect(text).toContain('http_server_request_duration_seconds_bucket{receiver="hooked",le="+Inf"} 2\n');
    for (const line of text.trimEnd().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? [\d.e+-]+)$/);
  });
});
