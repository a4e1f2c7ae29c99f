import { join } from "node:path";
import type { Context } from "./context.ts";
import { SANDBOX_FOLDER } from "./workspace.ts";

/** Makes `sandbox emit` deliver a stream to a receiver of this process. @returns what takes it back. */
export async function registerWithSandbox({ cwd }: Context, stream: string, origin: string): Promise<() => void> {
  const { openSandbox, registerReceiver } = await import("../../pkg/sandbox/index.ts");
  return registerReceiver(openSandbox(join(cwd, SANDBOX_FOLDER)).folder, stream, origin);
}
