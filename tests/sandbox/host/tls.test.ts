import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveSandbox } from "../../../pkg/sandbox/index.ts";
import type { ServedSandbox } from "../../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../../support/cli.ts";

let served: ServedSandbox[];
beforeAll(async () => {
  served = await Promise.all([serveSandbox(temporaryFolder(), 0, []), serveSandbox(temporaryFolder(), 0, [])]);
});
afterAll(() => Promise.all(served.map((each) => each.close())));

test("two sandboxes can be trusted by one process: their CAs have different names", async () => {
  const cas = served.map(({ exports }) => readFileSync(exports["NODE_EXTRA_CA_CERTS"] ?? "", "utf8"));
  const [one, other] = cas.map((pem) => new X509Certificate(pem));
  expect(one?.subject).not.toBe(other?.subject);
  for (const { exports } of served) {
    const port = Number(exports["AUTH0_DOMAIN"]?.split(":")[1]);
    const isTrusted = await new Promise<boolean>((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca: cas }, () => {
        resolve(socket.authorized);
        socket.end();
      });
      socket.on("error", reject);
    });
    expect(isTrusted).toBe(true);
  }
});
