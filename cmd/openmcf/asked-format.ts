const FORMATS = ["human", "json", "yaml", "markdown"] as const;

/** How a command was asked to print. */
export type Format = (typeof FORMATS)[number];

/**
 * The format that a command line asks for, as far as it can be told before the command line is parsed: what is wrong
 * with it is reported in that format too. `human` when it asks for none, or for one that does not exist.
 */
export function askedFormat(argv: readonly string[]): Format {
  const asked = argv.flatMap((word, index) => {
    if (word === "-o" || word === "--output") return argv[index + 1] ?? [];
    return /^(?:--output=|-o=?)(.+)$/.exec(word)?.[1] ?? [];
  });
  return FORMATS.find((format) => format === asked.at(-1)) ?? "human";
}
