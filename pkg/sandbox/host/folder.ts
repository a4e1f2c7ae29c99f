import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Credentials of the sandbox's one application. */
export interface SandboxCredentials {
  clientId: string;
  clientSecret: string;
  /** Signs access tokens, so that they hold across processes. */
  signingKey: string;
  scopes: string[];
}

/** Scopes an application needs for everything this tool does. */
const ALL_SCOPES = ["read", "create", "update", "delete"]
  .flatMap((verb) => [`${verb}:event_streams`, `${verb}:log_streams`])
  .concat(["read:event_deliveries", "update:event_deliveries", "read:actions"]);

/** The files of a sandbox, in one folder (`./.sandbox`). Made when first needed; private to the user. */
export class SandboxFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Text of a file, made by `make` when it is not there. */
  readOrMake(name: string, make: () => string): string {
    const path = this.file(name);
    try {
      return readFileSync(path, "utf8");
    } catch {
      this.ensure();
      try {
        writeFileSync(path, make(), { flag: "wx", mode: 0o600 });
      } catch (error) {
        // Another process was quicker: its content counts.
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      return readFileSync(path, "utf8");
    }
  }

  ensure(): void {
    if (existsSync(this.path)) return;
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    writeFileSync(this.file(".gitignore"), "*\n");
  }

  credentials(): SandboxCredentials {
    const make = (): string =>
      JSON.stringify({
        clientId: `sandbox${randomBytes(12).toString("hex")}`,
        clientSecret: randomBytes(32).toString("base64url"),
        signingKey: randomBytes(32).toString("base64url"),
        scopes: ALL_SCOPES,
      });
    return JSON.parse(this.readOrMake("credentials.json", make)) as SandboxCredentials;
  }

  /** The passphrase of the sandbox's own state, used when the user has set none. */
  passphrase(): string {
    return this.readOrMake("passphrase", () => `${randomBytes(24).toString("base64url")}\n`).trim();
  }

  /** Removes everything. */
  clear(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
