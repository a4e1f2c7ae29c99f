import { StateProblem, diagnostic } from "../diagnostics/index.ts";

/** What the usual refusals of a file system mean. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EBUSY: "it is in use",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than allowed",
  EIO: "the disk reported an error",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links form a loop",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the path is too long",
  ENFILE: "too many files are open",
  ENOENT: "there is no such file or folder",
  ENOSPC: "no space is left on the device",
  ENOTDIR: "a part of the path is a file, not a folder",
  EPERM: "the operation is not permitted",
  EROFS: "the file system is read-only",
};

/** A state file or folder that cannot be used, and why. */
export function unreadable(path: string, why: string, hint: string): StateProblem {
  return new StateProblem(
    diagnostic("state-unreadable", `the state in ${path} cannot be used: ${why}`, { file: path, hint }),
  );
}

/** Reads from the file system. @throws StateProblem that names the path when the file system refuses. */
export async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isRefusal(error)
      ? unreadable(path, reasonOf(error), "check --backend and the permissions of the file and its folder")
      : error;
  }
}

/** As {@link reading}; `undefined` when there is no such file or folder. */
export async function readingIfThere<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  return reading(path, async () => {
    try {
      return await read();
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}

/** Writes to the file system. @throws StateProblem that names the path when the file system refuses. */
export async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new StateProblem(
      diagnostic("state-unwritable", `state cannot be written to ${path}: ${reasonOf(error)}`, {
        file: path,
        hint: "make the folder writable or free some space, then run the command again: it continues where it stopped",
      }),
    );
  }
}

/** The system's code of an error, as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Errors of the file system have an errno; errors of this program have none. */
function isRefusal(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "errno" in error && codeOf(error) !== undefined;
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const code = error.code ?? "";
  return REASONS[code] ? `${REASONS[code]} (${code})` : error.message;
}
