import { logTypes } from "../../../pkg/auth0/index.ts";
import { closest } from "../../../pkg/diagnostics/index.ts";
import { table } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Context } from "../context.ts";
import { badFlag } from "../failure.ts";

interface Entry {
  /** What a manifest writes. */
  name: string;
  /** The filter of a log stream that sends it; absent for event types. */
  filter?: string;
  title: string;
  description: string;
}

/**
 * `openmcf explain log-types [CODE|TEXT]` and `event-types [TEXT]`.
 * @param search a whole name, or words that stand anywhere in an entry; everything when empty.
 */
export async function explainCatalogue(
  { terminal }: Context,
  catalogue: "log-types" | "event-types",
  search: string,
  output: string | undefined,
): Promise<number> {
  const entries = catalogue === "log-types" ? logTypeEntries() : await eventTypeEntries();
  const found = find(entries, search);
  if (found.length === 0) {
    const near = closest(
      search,
      entries.map(({ name }) => name),
    );
    throw badFlag(
      `no ${catalogue.replace("-", " ").replace(/s$/, "")} has "${search}" in it`,
      near ? `did you mean "${near}"?` : `openmcf explain ${catalogue} lists all`,
    );
  }
  if (output === "json") {
    terminal.out(`${JSON.stringify(found, null, 2)}\n`);
    return EXIT.done;
  }
  const rows = found.map(({ name, filter, title, description }) => [
    terminal.paint("cyan", name),
    ...(filter === undefined ? [] : [filter || "(no filter)"]),
    [title, description].filter(Boolean).join(". "),
  ]);
  terminal.out(`${table(rows).join("\n")}\n`);
  return EXIT.done;
}

/** The entry of exactly that name, else those that hold every word. Pure. */
function find(entries: readonly Entry[], search: string): Entry[] {
  const exact = entries.filter(({ name }) => name === search);
  if (exact.length > 0) return exact;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const text = Object.values(entry).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function logTypeEntries(): Entry[] {
  return [...logTypes().values()].map(({ code, filter, title, description }) => ({
    name: code,
    filter,
    title,
    description,
  }));
}

async function eventTypeEntries(): Promise<Entry[]> {
  const { EVENT_TYPES } = await import("../../../pkg/kinds/event-types.ts");
  return EVENT_TYPES.map((name) => ({ name, title: titleOf(name), description: "" }));
}

/** `organization.member.role.assigned` → `Role of a member of an organization was assigned`. */
function titleOf(type: string): string {
  const words = type.split(".");
  const verb = words.at(-1) ?? "";
  const nouns = words.slice(0, -1).toReversed();
  const text = `${nouns.join(" of ")} ${verb}`;
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
