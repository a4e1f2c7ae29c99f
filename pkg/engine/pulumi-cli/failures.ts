import { InvalidInput, StateProblem, asDiagnostic, diagnostic } from "../../diagnostics/index.ts";

/** What the CLI says when something else than a resource is wrong, and the command that mends it. */
const KNOWN: readonly { says: RegExp; explain: (match: RegExpExecArray, text: string) => Error }[] = [
  {
    says: /currently locked by|Another update is currently in progress/,
    explain: (_, text) =>
      new StateProblem(
        diagnostic("state-locked", firstLine(text, /locked by|in progress/), {
          hint: "wait for that run to end; if it is dead, run pulumi cancel",
        }),
      ),
  },
  {
    says: /no resource plugin '?pulumi-resource-([a-z0-9-]+)'?(?:[^\n]*?v?(\d+\.\d+\.\d+))?|could not (?:find|load) plugin for ([a-z0-9-]+)/i,
    explain: ([, name, version, other], text) =>
      new InvalidInput(
        diagnostic("plugin-missing", firstLine(text, /plugin/), {
          hint: `run pulumi plugin install resource ${name ?? other ?? "NAME"}${version ? ` v${version}` : ""}`,
        }),
      ),
  },
  {
    says: /PULUMI_ACCESS_TOKEN must be set|not logged in|invalid access token/i,
    explain: () =>
      new InvalidInput(
        diagnostic("not-logged-in", "Pulumi is not logged in to the backend", {
          hint: "run pulumi login, set PULUMI_ACCESS_TOKEN, or name another --backend",
        }),
      ),
  },
  {
    says: /incorrect passphrase|passphrase must be set|get stack secrets manager/i,
    explain: (_, text) =>
      new InvalidInput(
        diagnostic("wrong-passphrase", firstLine(text, /passphrase|secrets manager/), {
          hint: "set PULUMI_CONFIG_PASSPHRASE to the passphrase that the stack was made with",
        }),
      ),
  },
  {
    says: /no stack named '([^']*)' found/,
    explain: ([, name]) =>
      new StateProblem(
        diagnostic("stack-not-found", `there is no stack ${name}`, {
          hint: "apply the manifest first, or check --backend",
        }),
      ),
  },
];

/** A failure of Automation API as one of ours. @param error of a command, or of finding the CLI. */
export function failureOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const text = error.message;
  if (/ENOENT|command not found|Failed to get Pulumi version|Pulumi CLI (not|could not be) found/i.test(text))
    return new InvalidInput(
      diagnostic("cli-missing", "the Pulumi CLI is not on PATH", {
        hint: "install it (curl -fsSL https://get.pulumi.com | sh), or use the embedded engine with a file:// backend",
      }),
    );
  if (/Minimum version requirement failed|Major version mismatch/.test(text))
    return new InvalidInput(
      diagnostic("cli-too-old", firstLine(text, /version/), {
        hint: "upgrade the Pulumi CLI: pulumi.com/docs/install",
      }),
    );
  for (const { says, explain } of KNOWN) {
    const match = says.exec(text);
    if (match) return explain(match, text);
  }
  return error;
}

/** What a failed command said, without the SDK's frame around it. */
export function saidBy(error: unknown): string {
  const { message } = asDiagnostic(error);
  const stderr = /stderr: ([\s\S]*?)\n?(?:err\?:|$)/.exec(message)?.[1] ?? message;
  return stderr.replace(/^error: /, "").trim() || message;
}

function firstLine(text: string, having: RegExp): string {
  const line = text.split("\n").find((each) => having.test(each)) ?? text.split("\n")[0] ?? text;
  return line.replace(/^\s*(stderr: )?(error: )?/, "").trim();
}
