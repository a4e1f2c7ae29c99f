// @peculiar/x509 finds its algorithms through decorators, which need the polyfill first.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import type { webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { SandboxFolder } from "./folder.ts";

const DAY_MS = 86_400_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A CA of the sandbox's own, and a certificate of it for localhost. Paths are absolute-able files; texts are PEM. */
export interface SandboxTls {
  caFile: string;
  cert: string;
  key: string;
}

/** The sandbox's TLS files, made the first time. The CA's private key is thrown away once it has signed. */
export async function sandboxTls(folder: SandboxFolder): Promise<SandboxTls> {
  const files = {
    ca: folder.file("tls/ca.pem"),
    cert: folder.file("tls/server.pem"),
    key: folder.file("tls/server.key"),
  };
  if (!Object.values(files).every(existsSync)) {
    folder.ensure();
    mkdirSync(folder.file("tls"), { recursive: true, mode: 0o700 });
    const made = await makeCertificates();
    writeFileSync(files.ca, made.ca);
    writeFileSync(files.cert, made.cert);
    writeFileSync(files.key, made.key, { mode: 0o600 });
  }
  return { caFile: files.ca, cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
}

async function makeCertificates(): Promise<{ ca: string; cert: string; key: string }> {
  const generate = (): Promise<webcrypto.CryptoKeyPair> =>
    crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const [caKeys, keys] = await Promise.all([generate(), generate()]);
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + 825 * DAY_MS);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    // One name each: a client that trusts two sandboxes finds the issuer of a certificate by its name.
    name: `CN=auth0-streams sandbox CA ${crypto.randomUUID()}`,
    notBefore,
    notAfter,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: "02",
    subject: "CN=localhost",
    issuer: ca.subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ]),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  const pem = `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`;
  return { ca: `${ca.toString("pem")}\n`, cert: `${cert.toString("pem")}\n`, key: pem };
}
