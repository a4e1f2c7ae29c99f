import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Where state is kept: a folder, or a URL that only the Pulumi CLI can open. */
type BackendLocation = { kind: "file"; folder: string } | { kind: "other"; url: string };

/** Reads a backend URL as Pulumi does: `file://`, `file://./rel`, `file:///abs`, `file://~/x`; anything else is not ours. */
export function parseBackendUrl(url: string, workingFolder: string): BackendLocation {
  if (!url.startsWith("file://")) return { kind: "other", url };
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  if (path === "~" || path.startsWith("~/")) return { kind: "file", folder: join(homedir(), path.slice(1)) };
  return { kind: "file", folder: isAbsolute(path) ? path : resolve(workingFolder, path) };
}
