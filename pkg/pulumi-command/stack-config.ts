import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import type { ConfigValue } from "../engine/index.ts";
import { decrypt, encrypt, newSalt, openSalt } from "../state/index.ts";
import type { Passphrase } from "../state/index.ts";

/** `Pulumi.<stack>.yaml`, as far as it is used. */
interface Settings {
  encryptionsalt?: string;
  config?: Record<string, string | { secure: string } | null>;
  [other: string]: unknown;
}

/** A stack's configuration in `Pulumi.<stack>.yaml`; secrets encrypted by the passphrase, as the CLI does it. */
export class StackConfig {
  readonly #path: string;
  readonly #project: string;
  readonly #passphrase: Passphrase;

  /** @param folder where `Pulumi.yaml` is. */
  constructor(folder: string, project: string, stack: string, passphrase: Passphrase) {
    this.#path = join(folder, `Pulumi.${stack}.yaml`);
    this.#project = project;
    this.#passphrase = passphrase;
  }

  /** All values, secrets in the clear. */
  async read(): Promise<Record<string, ConfigValue>> {
    const { config = {}, encryptionsalt } = this.#load();
    const values: Record<string, ConfigValue> = {};
    let key: Buffer | undefined;
    for (const [name, value] of Object.entries(config)) {
      if (typeof value === "object" && value !== null) {
        key ??= await openSalt(this.#passphrase(), encryptionsalt ?? "");
        values[name] = { value: decrypt(key, value.secure), isSecret: true };
      } else values[name] = { value: value ?? "", isSecret: false };
    }
    return values;
  }

  /** Sets values. */
  async set(values: Readonly<Record<string, ConfigValue>>): Promise<void> {
    const settings = this.#load();
    const config = { ...settings.config };
    let key: Buffer | undefined;
    for (const [name, { value, isSecret }] of Object.entries(values)) {
      if (isSecret && !key) {
        const { record, key: opened } = await this.#salt(settings.encryptionsalt);
        [settings.encryptionsalt, key] = [record, opened];
      }
      config[this.qualified(name)] = key && isSecret ? { secure: encrypt(key, value) } : value;
    }
    await this.#store({ ...settings, config });
  }

  /** Removes values. */
  async remove(names: readonly string[]): Promise<void> {
    const settings = this.#load();
    const gone = new Set(names.map((name) => this.qualified(name)));
    const kept = Object.entries(settings.config ?? {}).filter(([name]) => !gone.has(name));
    await this.#store({ ...settings, config: Object.fromEntries(kept) });
  }

  /** The key as it stands in the file; one without a package is the project's. */
  qualified(name: string): string {
    return name.includes(":") ? name : `${this.#project}:${name}`;
  }

  async #salt(record: string | undefined): Promise<{ record: string; key: Buffer }> {
    const passphrase = this.#passphrase();
    return record === undefined ? newSalt(passphrase) : { record, key: await openSalt(passphrase, record) };
  }

  #load(): Settings {
    return existsSync(this.#path) ? ((parse(readFileSync(this.#path, "utf8")) as Settings | null) ?? {}) : {};
  }

  #store(settings: Settings): Promise<void> {
    return writeFile(this.#path, stringify(settings), { mode: 0o600 });
  }
}
