/** A command line of `pulumi`, taken apart. */
export interface Arguments {
  /** `up`, `stack select`, `config set`, … */
  words: string[];
  /** Operands after the words, and after `--`. */
  operands: string[];
  flags: ReadonlyMap<string, string[]>;
}

/** Flags that take no value; all others do. */
const SWITCHES = new Set([
  "yes",
  "skip-preview",
  "refresh",
  "diff",
  "json",
  "show-secrets",
  "preview-only",
  "force",
  "no-select",
  "all",
  "expect-no-changes",
  "non-interactive",
  "path",
  "secret",
  "plaintext",
  "debug",
  "logtostderr",
  "logflow",
  "suppress-outputs",
  "suppress-progress",
  "target-dependents",
  "exclude-dependents",
  "continue-on-error",
  "help",
  "clear-pending-creates",
  "preserve-config",
  "exclude-protected",
  "attach-debugger",
]);

/** Commands of two words. */
const GROUPS = new Set(["stack", "config", "plugin", "state"]);
const SECOND = new Set([
  "select",
  "init",
  "rm",
  "ls",
  "export",
  "import",
  "output",
  "history",
  "tag",
  "rename",
  "get",
  "set",
  "set-all",
  "rm-all",
  "refresh",
  "install",
  "env",
]);

/** Takes a command line apart as the CLI does: `--flag value`, `--flag=value`, switches, `--` before plain operands. */
export function parseArguments(args: readonly string[]): Arguments {
  const words: string[] = [];
  const operands: string[] = [];
  const flags = new Map<string, string[]>();
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      operands.push(...rest.splice(0));
    } else if (word.startsWith("--")) {
      const [name, given] = splitOnce(word.slice(2));
      const value = given ?? (SWITCHES.has(name) && !isConfigValue(words, name) ? "true" : (rest.shift() ?? ""));
      flags.set(name, [...(flags.get(name) ?? []), value]);
    } else if (words.length === 0) words.push(word);
    else if (words.length === 1 && GROUPS.has(words[0] ?? "") && SECOND.has(word)) words.push(word);
    else operands.push(word);
  }
  return { words, operands, flags };
}

/** `config set-all --secret k=v --plaintext k=v` gives these flags values. */
function isConfigValue(words: readonly string[], name: string): boolean {
  return words[1] === "set-all" && (name === "secret" || name === "plaintext");
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
