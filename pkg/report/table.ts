/** Lays rows out in columns, two spaces apart; the last column is not padded. Lengths are counted without colour codes. */
export function table(rows: readonly (readonly string[])[], indent = ""): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, visibleLength(cell));
  return rows.map((row) =>
    (
      indent +
      row
        .map((cell, index) =>
          index === row.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) - visibleLength(cell)),
        )
        .join("  ")
    ).trimEnd(),
  );
}

// eslint-disable-next-line no-control-regex -- colour codes start with the escape character
const COLOR = /\u001B\[[0-9;]*m/g;

/** Number of characters that are seen. */
function visibleLength(text: string): number {
  return text.replace(COLOR, "").length;
}

/** Cuts text to `width` visible characters, with an ellipsis; colour codes are dropped from what is cut. */
export function clip(text: string, width: number): string {
  return visibleLength(text) <= width ? text : `${text.replace(COLOR, "").slice(0, Math.max(0, width - 1))}…`;
}
