import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SECRET_SIG, SIG, scrub, secret, secretTexts } from "../../pkg/values/index.ts";

const SECRET = 'p&q"/\\é +=<s>%\n7';

/** How services repeat what they were sent. */
const ECHOES: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  "in JSON": JSON.stringify,
  "in JSON inside JSON": (text) => JSON.stringify(JSON.stringify({ token: text })),
  "in JSON with escaped slashes": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  "in ASCII JSON": (text) =>
    JSON.stringify(text).replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  "in a URL": encodeURIComponent,
  "in a URL, lower case": (text) => encodeURIComponent(text).replaceAll(/%../g, (octet) => octet.toLowerCase()),
  "in a form": (text) => new URLSearchParams({ client_secret: text }).toString(),
  "in base64": (text) => Buffer.from(text).toString("base64"),
  "in base64url": (text) => Buffer.from(text).toString("base64url"),
  "in HTML": (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
};

describe("scrub", () => {
  test.each(Object.entries(ECHOES))("takes a secret out that is repeated %s", (_, echo) => {
    expect(scrub(`bad value ${echo(SECRET)}.`, [SECRET])).not.toContain(echo(SECRET).replaceAll(/^"|"$/g, ""));
    expect(scrub(`bad value ${echo(SECRET)}.`, [SECRET])).toMatch(/^bad value .*\[secret\].*\.$/);
  });

  test.each(Object.entries(ECHOES))("whatever the secret, %s", (_, echo) => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, maxLength: 40, unit: "grapheme" }), (text) => {
        fc.pre(text.trim() !== "" && !"[secret]".includes(text));
        const said = scrub(`<<${echo(text)}>>`, [text]);
        expect(said).toContain("[secret]");
        expect(said.replaceAll("[secret]", "")).not.toContain(text);
      }),
    );
  });

  test.each(["", "u", "us", "user", "user1", "user12"])("as the password of %j in a Basic authorization", (user) => {
    const password = "correct-horse-battery";
    const header = Buffer.from(`${user}:${password}`).toString("base64");
    const left = scrub(`authorization: Basic ${header}`, [password]).replace("authorization: Basic ", "");
    expect(left).toContain("[secret]");
    for (const piece of left.split("[secret]"))
      expect(Buffer.from(piece, "base64").toString("latin1")).not.toMatch(/corr|horse|batt/);
  });

  test("leaves everything else, and takes an empty secret for none", () => {
    expect(scrub("nothing here", ["", "other"])).toBe("nothing here");
  });

  test("a secret that is part of another one", () => {
    expect(scrub("abc-def abc", ["abc", "abc-def"])).toBe("[secret] [secret]");
  });
});

test("secretTexts: all texts inside secret values, at any depth, and no others", () => {
  const inputs = { a: "open", b: secret("one"), c: { d: [secret({ e: "two", f: [3] })], value: "open" } };
  expect(secretTexts(inputs)).toEqual(["one", "two", "3"]);
  expect(secretTexts({ encrypted: { [SIG]: SECRET_SIG, ciphertext: "AAAA" } })).toEqual([]);
});
