import { constants, accessSync, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { diagnostic, maskText } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { MAX_BYTES } from "./decode-text.ts";
import type { Source } from "./sources.ts";

/** An overlay: `DIR/overlays/NAME`. */
interface Overlay {
  kustomizeDir?: string;
  overlay?: string;
  env: NodeJS.ProcessEnv;
}

/** Builds an overlay with `kustomize` or `kubectl` from PATH. */
export async function kustomize({ kustomizeDir, overlay, env }: Overlay): Promise<Source | Diagnostic> {
  if (!kustomizeDir || !overlay) {
    return diagnostic("bad-flag", "--kustomize-dir and --overlay are given together", {
      hint: "--kustomize-dir DIR --overlay NAME builds DIR/overlays/NAME",
    });
  }
  const folder = join(kustomizeDir, "overlays", overlay);
  if (!existsSync(folder))
    return diagnostic("file-unreadable", `${folder} does not exist`, {
      file: folder,
      hint: "an overlay stands in DIR/overlays/NAME",
    });
  const command = onPath("kustomize", env)
    ? ["kustomize", "build", folder]
    : onPath("kubectl", env)
      ? ["kubectl", "kustomize", folder]
      : undefined;
  if (!command) {
    return diagnostic("kustomize-missing", "neither kustomize nor kubectl is on PATH", {
      hint: "install kustomize (brew install kustomize, or go install sigs.k8s.io/kustomize/kustomize/v5@latest) or kubectl",
    });
  }
  try {
    const [program = "", ...args] = command;
    // Loading it takes longer than checking a manifest, and hardly any command needs it.
    const [{ execFile }, { promisify }] = await Promise.all([import("node:child_process"), import("node:util")]);
    const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: MAX_BYTES });
    return { file: folder, folder, text: stdout };
  } catch (error) {
    const lines = ((error as { stderr?: string }).stderr ?? (error as Error).message).trim();
    return diagnostic("kustomize-failed", `${command.join(" ")} failed: ${maskText(lines.slice(0, 500))}`, {
      file: folder,
    });
  }
}

/** Whether a program of that name is on the PATH of `env`. */
function onPath(name: string, env: NodeJS.ProcessEnv): boolean {
  return (env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
