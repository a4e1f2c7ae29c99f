// The floor: a bare Node script that sends just the requests that creating N streams needs, ten at a time.
// Usage: node floor.mjs BASE_URL CLIENT_ID CLIENT_SECRET N
import http from "node:http";

const [base, clientId, clientSecret, count] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });

function send(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${base}${path}`, { method, agent, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const form = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: clientId,
  client_secret: clientSecret,
});
const grant = await send(
  "POST",
  "/oauth/token",
  { "content-type": "application/x-www-form-urlencoded" },
  form.toString(),
);
const headers = {
  authorization: `Bearer ${JSON.parse(grant.body).access_token}`,
  "content-type": "application/json",
};
let next = 0;
async function work() {
  while (next < Number(count)) {
    const name = `floor-${(next += 1)}`;
    const destination = {
      type: "webhook",
      configuration: {
        webhook_endpoint: "https://hooks.example.com/x",
        webhook_authorization: { method: "bearer", token: "t" },
      },
    };
    const { status } = await send(
      "POST",
      "/api/v2/event-streams",
      headers,
      JSON.stringify({ name, subscriptions: [{ event_type: "user.created" }], destination }),
    );
    if (status !== 201) throw new Error(`status ${status}`);
  }
}
await Promise.all(Array.from({ length: 10 }, work));
process.exit(0);
