const HEADER = 32;
const FRAME_HEADER = 24;

/**
 * Counts the frames behind the last commit of a SQLite write-ahead log that belong to its present generation: a
 * transaction that was being written when the process or the machine stopped. SQLite drops them without a word.
 * Layout: sqlite.org/fileformat2.html#walformat.
 */
export function tornFrames(wal: Buffer): number {
  if (wal.length < HEADER) return wal.length > 0 ? 1 : 0;
  const pageSize = wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  if (pageSize < 512) return 0;
  let torn = 0;
  for (let at = HEADER; at < wal.length; at += FRAME_HEADER + pageSize) {
    if (at + FRAME_HEADER > wal.length) return torn + 1;
    if (!wal.subarray(at + 8, at + 16).equals(salt)) return torn;
    if (at + FRAME_HEADER + pageSize > wal.length) return torn + 1;
    // A frame that commits carries the size of the database; others carry 0.
    torn = wal.readUInt32BE(at + 4) === 0 ? torn + 1 : 0;
  }
  return torn;
}
