import type { ErrorCode } from "yaml";

/** What to say of text that is not YAML. */
interface YamlProblem {
  message: string;
  hint?: string;
}

const QUOTE = "put quotes around values with special characters";
const INDENT = "fields of one object start in the same column";
const SPECIAL = new Set("{}[],:&*!|>'\"%@`#?-");

/**
 * The texts for the parser's error codes. The parser's own messages repeat what is in the file, which may be a secret,
 * so they are never shown.
 */
const PROBLEMS: Readonly<Record<ErrorCode, YamlProblem>> = {
  ALIAS_PROPS: { message: "an alias takes no anchor and no tag" },
  BAD_ALIAS: { message: "an anchor or alias has no usable name" },
  BAD_COLLECTION_TYPE: { message: "the tag does not fit this value", hint: "remove the tag" },
  BAD_DIRECTIVE: { message: "a line that starts with % is no directive here", hint: QUOTE },
  BAD_DQ_ESCAPE: {
    message: "an unknown escape sequence in double quotes",
    hint: "write \\\\ for a backslash, or use single quotes",
  },
  BAD_INDENT: { message: "the indentation does not fit the lines above", hint: INDENT },
  BAD_PROP_ORDER: { message: "an anchor or tag stands before the indicator that it belongs behind" },
  BAD_SCALAR_START: { message: "a value cannot start with this character", hint: QUOTE },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "an object cannot start on the line of a key",
    hint: 'one line has one key: check for a second ": "',
  },
  BLOCK_IN_FLOW: { message: "indented blocks cannot stand inside { } or [ ]" },
  DUPLICATE_KEY: { message: "a key is given twice in one object", hint: "keep one of them" },
  IMPOSSIBLE: { message: "the text is not YAML" },
  KEY_OVER_1024_CHARS: {
    message: "a key is longer than 1024 characters",
    hint: "check for a missing line break or quote",
  },
  MISSING_CHAR: {
    message: "a quote, bracket, comma, colon or space is missing",
    hint: "a key is followed by a colon and a space",
  },
  MULTILINE_IMPLICIT_KEY: { message: "a key runs over several lines", hint: "check for a missing colon behind it" },
  MULTIPLE_ANCHORS: { message: "a value takes one anchor" },
  MULTIPLE_DOCS: { message: "only one document is expected" },
  MULTIPLE_TAGS: { message: "a value takes one tag" },
  NON_STRING_KEY: { message: "a key must be a plain name" },
  RESOURCE_EXHAUSTION: { message: "nested too deeply" },
  TAB_AS_INDENT: { message: "tabs cannot indent", hint: "indent with spaces" },
  TAG_RESOLVE_FAILED: { message: "the value does not fit its tag, or the tag is unknown", hint: "remove the tag" },
  UNEXPECTED_TOKEN: { message: "something stands here that YAML does not allow", hint: QUOTE },
};

/** What to say of a parser's error. @param at the character it points at; only punctuation is repeated. */
export function yamlProblem(code: ErrorCode, at: string | undefined): YamlProblem {
  const problem = PROBLEMS[code];
  if (code !== "UNEXPECTED_TOKEN" || at === undefined || !SPECIAL.has(at)) return problem;
  return { ...problem, message: `"${at}" cannot stand here` };
}
