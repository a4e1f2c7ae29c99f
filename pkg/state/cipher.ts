import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

// Pulumi's passphrase cipher (`sdk/go/common/resource/config/crypt.go`): PBKDF2-HMAC-SHA256, 1,000,000 rounds, 32
// bytes; AES-256-GCM with a 12-byte nonce and no additional data; the tag follows the ciphertext.
const ROUNDS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_WORD = "pulumi";

/** Derives the 32-byte key of a passphrase and a salt; about 0.2 s of one core, off the main thread. */
export function deriveKey(passphrase: string, salt: Buffer): Promise<Buffer> {
  return promisify(pbkdf2)(passphrase, salt, ROUNDS, KEY_BYTES, "sha256");
}

/** Encrypts text to `v1:<nonce>:<ciphertext and tag>`, both base64. */
export function encrypt(key: Buffer, plaintext: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

/**
 * Decrypts what {@link encrypt} or the Pulumi CLI wrote.
 * @throws Error when the text is malformed or the key is not the right one.
 */
export function decrypt(key: Buffer, text: string): string {
  const [version, nonce, sealed, ...rest] = text.split(":");
  if (version !== "v1" || !nonce || sealed === undefined || rest.length > 0) throw new Error("not a v1 ciphertext");
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < TAG_BYTES) throw new Error("the ciphertext is too short");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString("utf8");
}

/** A new salt's record `v1:<salt>:<check word, encrypted>`, the form of `encryptionsalt`, and its key. */
export async function newSalt(passphrase: string): Promise<{ record: string; key: Buffer }> {
  const salt = randomBytes(SALT_BYTES);
  const key = await deriveKey(passphrase, salt);
  return { record: `v1:${salt.toString("base64")}:${encrypt(key, CHECK_WORD)}`, key };
}

/** Whether a value has the form of a salt's record: `v1:<salt>:v1:<nonce>:<check word>`. */
export function isSaltRecord(value: unknown): value is string {
  return typeof value === "string" && /^v1:[\w+/]+=*:v1:[\w+/]+=*:[\w+/]+=*$/.test(value);
}

/**
 * The key that belongs to a salt record.
 * @throws Error when the record is malformed or the passphrase is not the one it was made with.
 */
export async function openSalt(passphrase: string, record: string): Promise<Buffer> {
  const [version, salt, ...check] = record.split(":");
  if (version !== "v1" || !salt) throw new Error("not a v1 salt");
  const key = await deriveKey(passphrase, Buffer.from(salt, "base64"));
  if (decrypt(key, check.join(":")) !== CHECK_WORD) throw new Error("incorrect passphrase");
  return key;
}
