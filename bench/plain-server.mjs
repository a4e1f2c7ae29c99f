// The floor that the receiver is measured beside: authorizes, parses every line, writes and fdatasyncs each request.
import { createServer } from "node:http";
import { open } from "node:fs/promises";
import { join } from "node:path";

const file = await open(join(process.argv[2] ?? ".", "plain.jsonl"), "a");

async function answer(request, response, body) {
  if (request.headers.authorization !== "Bearer secret") {
    response.writeHead(401).end();
    return;
  }
  for (const line of body.toString().split("\n")) JSON.parse(line);
  await file.appendFile(body);
  await file.datasync();
  response.writeHead(200, { "content-length": 0 }).end();
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => void answer(request, response, Buffer.concat(chunks)));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
