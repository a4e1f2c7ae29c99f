// Posts bodies over keep-alive connections as fast as they are answered, and prints what it measured as JSON.
//   node bench/delivery-load.ts PORT BATCH SECONDS [posts a second]
import { connect } from "node:net";

const [port = 0, batch = 1, seconds = 3, rate = 0] = process.argv.slice(2).map(Number);
const CONNECTIONS = 20;
const PAD = "x".repeat(230);
let number = Date.now() * 1000;

function record(): string {
  number += 1;
  return `{"log_id":"900${String(number).padStart(53, "0")}","data":{"date":"2026-01-01T00:00:00.000Z","type":"s","connection":"Username-Password-Authentication","client_id":"QG4F6eABIgDzPvcKCMKUjo8c9iet2Skc","ip":"203.0.113.7","user_id":"auth0|507f1f77bcf86cd799439020","details":{"pad":"${PAD}"}}}`;
}

function message(): string {
  const body = Array.from({ length: batch }, record).join("\n");
  return `POST /events HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer secret\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

const times: number[] = [];
const statuses: Record<string, number> = {};
const start = performance.now();
const end = start + seconds * 1000;

/** One connection: a post at a time. At a given rate it waits for its turn, and waiting counts as time. */
function connection(index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let turn = start + (rate > 0 ? (index * 1000) / rate : 0);
    let sent = 0;
    let received = "";
    const send = (): void => {
      if (performance.now() >= end) {
        socket.end();
        resolve();
        return;
      }
      const wait = rate > 0 ? turn - performance.now() : 0;
      if (wait > 1) {
        setTimeout(send, wait);
        return;
      }
      sent = rate > 0 ? turn : performance.now();
      turn += rate > 0 ? (CONNECTIONS * 1000) / rate : 0;
      socket.write(message());
    };
    socket.setNoDelay(true);
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const head = received.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (head < 0 || received.length < head + 4 + length) return;
      const status = received.slice(9, 12);
      statuses[status] = (statuses[status] ?? 0) + 1;
      received = "";
      times.push(performance.now() - sent);
      send();
    });
  });
}

await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => connection(index)));
times.sort((a, b) => a - b);
const at = (part: number): number => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
process.stdout.write(
  `${JSON.stringify({ perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99), max: at(1), statuses })}\n`,
);
