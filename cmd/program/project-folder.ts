import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/**
 * The folder of `Pulumi.yaml`, from which paths in a stack's configuration start. The CLI starts a program whose `main`
 * is a file in that file's folder.
 * @param told what the SDK says of it; its word for nothing, under an older CLI, is no path.
 */
export function projectFolder(told: string, start: string): string {
  if (isAbsolute(told)) return told;
  for (let folder = start; ; folder = dirname(folder)) {
    if (["Pulumi.yaml", "Pulumi.yml"].some((name) => existsSync(join(folder, name)))) return folder;
    if (dirname(folder) === folder) return start;
  }
}
