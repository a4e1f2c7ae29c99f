import { Agent, request } from "node:http";

/** A log record with an id of its own. */
export function logRecord(number: number, more: object = {}): { log_id: string } & Record<string, unknown> {
  const log_id = `90020260101000000000${String(number).padStart(36, "0")}`;
  return { date: "2026-01-01T00:00:00.000Z", type: "s", log_id, user_id: "auth0|1", ...more };
}

/** A CloudEvent with an id of its own. */
export function cloudEvent(number: number, more: object = {}): { id: string } & Record<string, unknown> {
  const id = `evt_${String(number).padStart(22, "0")}`;
  return {
    specversion: "1.0",
    type: "user.created",
    source: "urn:auth0:acme.us.auth0.com",
    id,
    time: "2026-01-01T00:00:00.000Z",
    data: { object: { user_id: `auth0|${number}`, email: `u${number}@example.com` } },
    a0tenant: "acme",
    a0stream: "est_0000000000000000000001",
    ...more,
  };
}

export interface Posted {
  status: number;
  body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Posts to a receiver on this machine. @throws when no answer came. */
export function post(
  port: number,
  body: string | Buffer,
  headers: Record<string, string> = { authorization: "Bearer secret" },
  path = "/events",
): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method: "POST",
        agent,
        headers: { "content-type": "application/json", ...headers },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Posts without a pause over several connections, until it is stopped. @returns ids that got a 2xx. */
export async function load(port: number, from: number, batch: number, isStopped: () => boolean): Promise<string[]> {
  const acknowledged: string[] = [];
  let next = from;
  const work = async (): Promise<void> => {
    while (!isStopped()) {
      const records = Array.from({ length: batch }, () => logRecord((next += 1)));
      const text = records.map((record) => JSON.stringify(record)).join("\n");
      try {
        const { status } = await post(port, text);
        if (status === 200) acknowledged.push(...records.map(({ log_id }) => log_id));
        // What got no answer is posted again, as Auth0 does: the repeat must not make it stand there twice.
        if (status !== 200 || next % 7 === 0) await post(port, text);
      } catch {
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return acknowledged;
}
