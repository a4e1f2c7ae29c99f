import fc from "fast-check";
import { expect, test } from "vitest";
import { StackSecrets, decrypt, deriveKey, encrypt, newSalt, openSalt, passphraseFrom } from "../../pkg/state/index.ts";
import { SECRET_SIG, SIG } from "../../pkg/values/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const key = Buffer.alloc(32, 7);

test("the cipher gives back what it was given, and refuses anything that was changed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (plaintext, position) => {
      const sealed = encrypt(key, plaintext);
      expect(decrypt(key, sealed)).toBe(plaintext);
      const bytes = Buffer.from(sealed.split(":")[2] ?? "", "base64");
      bytes[position % bytes.length] = (bytes[position % bytes.length] ?? 0) ^ 1;
      expect(() => decrypt(key, `v1:${sealed.split(":")[1]}:${bytes.toString("base64")}`)).toThrow();
    }),
  );
});

test.each(["", "v1", "v2:a:b", "v1::", "v1:AAAA:", "nonsense"])("a malformed ciphertext (%s) is refused", (text) => {
  expect(() => decrypt(key, text)).toThrow();
});

test("a salt opens with its passphrase only", async () => {
  const { record, key: made } = await newSalt("correct-horse");
  expect(await openSalt("correct-horse", record)).toEqual(made);
  await expect(openSalt("wrong", record)).rejects.toThrow();
  expect(await deriveKey("correct-horse", Buffer.from(record.split(":")[1] ?? "", "base64"))).toEqual(made);
});

test("secrets travel through state encoding at any depth; a secret inside a secret is one", async () => {
  const secrets = new StackSecrets(() => "p", new FileBackend(temporaryFolder()).salts, undefined);
  await secrets.prepare();
  const wrap = (value: never) => ({ [SIG]: SECRET_SIG, value });
  // As JSON has it: -0 is 0 there.
  const json = fc
    .jsonValue({ maxDepth: 3 })
    .filter((value) => !JSON.stringify(value).includes("__proto__"))
    .map((value): unknown => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(json, json, (secret, plain) => {
      const value = {
        a: [plain as never, wrap(secret as never)],
        b: { c: wrap({ d: wrap(secret as never) } as never) },
      };
      const encoded = secrets.encode(value);
      expect(JSON.stringify(encoded)).not.toContain('"value"');
      expect(secrets.decode(encoded)).toEqual({
        a: [plain, wrap(secret as never)],
        b: { c: wrap({ d: secret } as never) },
      });
    }),
    { numRuns: 100 },
  );
});

test("a thousand stacks of one backend pay for one derivation; another process finds the same salt", async () => {
  const folder = temporaryFolder();
  const backend = new FileBackend(folder);
  const all = Array.from({ length: 1000 }, () => new StackSecrets(() => "p", backend.salts, undefined));
  await Promise.all(all.map((secrets) => secrets.prepare()));
  expect(new Set(all.map(({ provider }) => provider?.state?.["salt"])).size).toBe(1);
  const other = new StackSecrets(() => "p", new FileBackend(folder).salts, undefined);
  await other.prepare();
  expect(other.provider).toEqual(all[0]?.provider);
});

test("passphrases: from the environment (empty counts), from a file, else a diagnostic that says how", () => {
  const folder = temporaryFolder({ pass: "from-file\n" });
  expect(passphraseFrom({ PULUMI_CONFIG_PASSPHRASE: "" })()).toBe("");
  expect(passphraseFrom({ PULUMI_CONFIG_PASSPHRASE_FILE: `${folder}/pass` })()).toBe("from-file");
  expect(passphraseFrom({}, () => "sandbox")()).toBe("sandbox");
  expect(() => passphraseFrom({})()).toThrow("no passphrase");
  expect(() => passphraseFrom({ PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere" })()).toThrow("cannot be read");
});
