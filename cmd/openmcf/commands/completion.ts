import type { Command as CommandTree } from "commander";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import { badFlag } from "../failure.ts";

/** `openmcf completion`: a script that completes commands and flags, made from the command tree. */
export function completion(program: CommandTree): Command<{ paths: string[] }> {
  return async ({ terminal }, { paths: [shell] }) => {
    const words = wordsOf(program);
    if (shell === "bash") terminal.out(bash(words));
    else if (shell === "zsh") terminal.out(`autoload -U +X bashcompinit && bashcompinit\n${bash(words)}`);
    else if (shell === "fish") terminal.out(fish(words));
    else throw badFlag(`no completion for "${shell}"`, "bash, zsh or fish");
    return EXIT.done;
  };
}

/** For each command path (`""` for the top) the subcommands and flags that may follow. */
function wordsOf(program: CommandTree): Map<string, string[]> {
  const words = new Map<string, string[]>();
  const visit = (command: CommandTree, path: string): void => {
    const flags = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => (long ? [long] : []));
    words.set(path, [...command.commands.map((child) => child.name()), ...flags, "--help"]);
    for (const child of command.commands)
      for (const name of [child.name(), ...child.aliases()]) visit(child, path ? `${path} ${name}` : name);
  };
  visit(program, "");
  return words;
}

function bash(words: ReadonlyMap<string, string[]>): string {
  const cases = [...words].map(([path, list]) => `    "${path}") words="${list.join(" ")}";;`).join("\n");
  return `_openmcf() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) if [[ " ${[...words.keys()].filter(Boolean).join(" ")} " == *" $word "* ]]; then path="\${path:+$path }$word"; fi;; esac
  done
  case "$path" in
${cases}
  esac
  if [[ $cur == -* || -z $path || $path == sandbox ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); else COMPREPLY=($(compgen -f -- "$cur") $(compgen -W "$words" -- "$cur")); fi
}
complete -o filenames -F _openmcf openmcf auth0-streams
`;
}

function fish(words: ReadonlyMap<string, string[]>): string {
  const lines = [...words].flatMap(([path, list]) =>
    list.map((word) => {
      const when = path ? `__fish_seen_subcommand_from ${path.split(" ").at(-1)}` : "__fish_use_subcommand";
      return word.startsWith("--")
        ? `complete -c openmcf -n '${when}' -l ${word.slice(2)}`
        : `complete -c openmcf -n '${when}' -a ${word}`;
    }),
  );
  return `${lines.join("\n")}\n`;
}
