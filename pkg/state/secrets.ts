import { readFileSync } from "node:fs";
import { InvalidInput, StateProblem, diagnostic } from "../diagnostics/index.ts";
import { SECRET_SIG, SIG, isSecret } from "../values/index.ts";
import type { PropertyValue } from "../values/index.ts";
import { decrypt, encrypt, newSalt, openSalt } from "./cipher.ts";
import type { Deployment } from "./types.ts";

/** Gives the passphrase when it is first needed. */
export type Passphrase = () => string;

/** The passphrase as the Pulumi CLI takes it: `PULUMI_CONFIG_PASSPHRASE` (may be empty) or `PULUMI_CONFIG_PASSPHRASE_FILE`. */
export function passphraseFrom(env: NodeJS.ProcessEnv, fallback?: () => string): Passphrase {
  return () => {
    const given = env["PULUMI_CONFIG_PASSPHRASE"];
    if (given !== undefined) return given;
    const file = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
    if (file) {
      try {
        return readFileSync(file, "utf8").trim();
      } catch {
        throw new InvalidInput(
          diagnostic("missing-passphrase", "the file that PULUMI_CONFIG_PASSPHRASE_FILE names cannot be read", {
            file,
          }),
        );
      }
    }
    if (fallback) return fallback();
    throw new InvalidInput(
      diagnostic("missing-passphrase", "this stack has secrets, and no passphrase is set to encrypt them with", {
        hint: "export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE with the path of a file that holds it",
      }),
    );
  };
}

/** Derived keys of this process, by salt record: a thousand stacks with one salt pay for one derivation. */
const keys = new Map<string, Promise<Buffer>>();

/** Where the salt of new stacks comes from; a backend keeps one, so that its stacks share a key. */
export interface SaltSource {
  read(): Promise<string | undefined>;
  /** Stores a salt unless another run was first; gives the one that is kept. */
  keep(record: string): Promise<string>;
}

/** For stacks of a backend without a shared salt: each makes its own. */
export const ownSalt: SaltSource = { read: async () => undefined, keep: async (record) => record };

/** Encrypts and decrypts the secrets of one stack. */
export class StackSecrets {
  readonly #passphrase: Passphrase;
  readonly #salts: SaltSource;
  #record: string | undefined;
  #key: Buffer | undefined;
  #preparing: Promise<void> | undefined;
  /** Ciphertext by plaintext: a secret that did not change keeps its ciphertext, as with the CLI. */
  readonly #known = new Map<string, string>();

  constructor(passphrase: Passphrase, salts: SaltSource, provider: Deployment["secrets_providers"]) {
    this.#passphrase = passphrase;
    this.#salts = salts;
    if (provider && provider.type !== "passphrase") {
      throw new StateProblem(
        diagnostic(
          "state-unreadable",
          `this stack's secrets are kept by "${provider.type}", which the embedded engine cannot open`,
          {
            hint: "use --engine pulumi",
          },
        ),
      );
    }
    this.#record = provider?.state?.["salt"] as string | undefined;
  }

  /** The `secrets_providers` entry of the checkpoint; absent as long as the stack has had no secret. */
  get provider(): Deployment["secrets_providers"] {
    return this.#record === undefined ? undefined : { type: "passphrase", state: { salt: this.#record } };
  }

  /** Starts deriving the key, so that it is there when the first secret comes. Errors wait for that moment too. */
  warm(): void {
    this.prepare().catch(() => {});
  }

  /** Makes {@link encode} and {@link decode} ready. @throws InvalidInput without a passphrase or with a wrong one. */
  prepare(): Promise<void> {
    return (this.#preparing ??= this.#prepare());
  }

  async #prepare(): Promise<void> {
    const passphrase = this.#passphrase();
    this.#record ??= await sharedSalt(passphrase, this.#salts);
    this.#key = await keyOf(passphrase, this.#record);
  }

  /**
   * Replaces ciphertexts, and the plaintexts of an export with `--show-secrets`, by wrapped secrets, at any depth. Call
   * {@link prepare} first, if there are ciphertexts.
   */
  decode<T extends PropertyValue>(value: T): T {
    return map(value, (wrapped) => {
      const { ciphertext, plaintext: shown } = wrapped;
      if (typeof shown === "string") return { [SIG]: SECRET_SIG, value: JSON.parse(shown) as PropertyValue };
      if (typeof ciphertext !== "string") return wrapped;
      const plaintext = decrypt(this.#need(), ciphertext);
      this.#known.set(plaintext, ciphertext);
      return { [SIG]: SECRET_SIG, value: JSON.parse(plaintext) as PropertyValue };
    }) as T;
  }

  /** Replaces wrapped secrets by ciphertexts, at any depth; what is a ciphertext already stays. */
  encode<T extends PropertyValue>(value: T): T {
    return map(value, (wrapped) => {
      if (typeof wrapped["ciphertext"] === "string") return wrapped;
      const plaintext = JSON.stringify(plain(wrapped["value"] ?? null));
      let ciphertext = this.#known.get(plaintext);
      if (ciphertext === undefined) this.#known.set(plaintext, (ciphertext = encrypt(this.#need(), plaintext)));
      return { [SIG]: SECRET_SIG, ciphertext };
    }) as T;
  }

  #need(): Buffer {
    if (!this.#key) throw new Error("StackSecrets.prepare was not awaited");
    return this.#key;
  }
}

/** The salt being made for a backend: stacks that start side by side wait for one, instead of deriving a key each. */
const salting = new WeakMap<SaltSource, Promise<string>>();

/** The backend's salt for new stacks, made if it has none. */
function sharedSalt(passphrase: string, salts: SaltSource): Promise<string> {
  let salt = salting.get(salts);
  if (!salt) {
    salt = (async () => {
      const kept = await salts.read();
      if (kept) return kept;
      const { record, key } = await newSalt(passphrase);
      keys.set(keyId(passphrase, record), Promise.resolve(key));
      return salts.keep(record);
    })();
    salting.set(salts, salt);
  }
  return salt;
}

function keyId(passphrase: string, record: string): string {
  return `${record}\0${passphrase}`;
}

function keyOf(passphrase: string, record: string): Promise<Buffer> {
  const id = keyId(passphrase, record);
  let key = keys.get(id);
  if (!key) {
    key = openSalt(passphrase, record).catch(() => {
      throw new InvalidInput(
        diagnostic("wrong-passphrase", "the passphrase is not the one this stack's secrets were encrypted with", {
          hint: "check PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
        }),
      );
    });
    keys.set(id, key);
  }
  return key;
}

type Wrapped = { [key: string]: PropertyValue | undefined };

function map(value: PropertyValue, replace: (wrapped: Wrapped) => PropertyValue): PropertyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((child) => map(child, replace));
  if (isSecret(value)) return replace(value);
  const result: Wrapped = {};
  for (const [key, child] of Object.entries(value)) if (child !== undefined) result[key] = map(child, replace);
  return result;
}

/** As `pulumi stack export --show-secrets` writes it: each secret with its plaintext as JSON. Of secrets that are decoded. */
export function showSecrets<T extends PropertyValue>(value: T): T {
  return map(value, (wrapped) => ({
    [SIG]: SECRET_SIG,
    plaintext: JSON.stringify(plain(wrapped["value"] ?? null)),
  })) as T;
}

/** A secret inside a secret is one secret. */
function plain(value: PropertyValue): PropertyValue {
  return map(value, (wrapped) => plain(wrapped["value"] ?? null));
}
