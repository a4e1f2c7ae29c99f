import { unlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { thisProcess } from "../../processes/index.ts";
import { DEFAULT_ACCOUNT } from "../aws/wire/index.ts";
import { injectorFor } from "./faults.ts";
import type { Faults } from "./faults.ts";
import { SandboxFolder } from "./folder.ts";
import { startServer } from "./sandbox.ts";
import type { ServerNote } from "./sandbox.ts";

/** A sandbox that other programs can reach. */
export interface ServedSandbox {
  /** Environment that makes Terraform, the Pulumi provider, `a0deploy` and this tool work against it. */
  exports: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Serves a folder's sandbox over TLS, with a CA of its own, on `localhost`; and over plain HTTP for `--sandbox` of this
 * tool in the same folder.
 */
export async function serveSandbox(path: string, port: number, faults: readonly Faults[]): Promise<ServedSandbox> {
  const folder = new SandboxFolder(path);
  folder.ensure();
  // The certificate library is large, and only serving needs it.
  const { sandboxTls } = await import("./tls.ts");
  const tls = await sandboxTls(folder);
  const injector = injectorFor(folder, faults);
  const secure = await startServer(folder, injector, { port, tls });
  const plain = await startServer(folder, injector);
  const note: ServerNote = { ...thisProcess(), httpPort: plain.port };
  writeFileSync(folder.file("server.json"), JSON.stringify(note));
  const { clientId, clientSecret } = folder.credentials();
  const ca = resolve(tls.caFile);
  return {
    exports: {
      AUTH0_DOMAIN: `localhost:${secure.port}`,
      AUTH0_CLIENT_ID: clientId,
      AUTH0_CLIENT_SECRET: clientSecret,
      SSL_CERT_FILE: ca,
      NODE_EXTRA_CA_CERTS: ca,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${plain.port}`,
      // The sandbox takes the account from the access key.
      AWS_ACCESS_KEY_ID: DEFAULT_ACCOUNT,
      AWS_SECRET_ACCESS_KEY: "sandbox",
    },
    close: async () => {
      try {
        unlinkSync(folder.file("server.json"));
      } catch {
        // Already gone.
      }
      await Promise.all([secure.close(), plain.close()]);
    },
  };
}
