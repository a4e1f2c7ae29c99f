/** A word of at least this length matches a name that it is the beginning of. */
const MIN_BEGINNING = 5;

/**
 * The candidate that a person most likely meant by `word`: the one at the smallest edit distance (a swap of two
 * neighbours counts as one), else the only one that begins with it. `undefined` when none is near.
 * @param furthest distance at most; a third of the word's length when left out.
 */
export function closest(
  word: string,
  candidates: Iterable<string>,
  furthest = Math.max(1, Math.floor(word.length / 3)),
): string | undefined {
  let best: string | undefined;
  let bestDistance = furthest + 1;
  const plain = word.toLowerCase();
  const continued: string[] = [];
  for (const candidate of candidates) {
    if (candidate.toLowerCase().startsWith(plain)) continued.push(candidate);
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(plain, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? (word.length >= MIN_BEGINNING && continued.length === 1 ? continued[0] : undefined);
}

function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
