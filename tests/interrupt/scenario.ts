// A test run that never ends, for interrupt.test.ts: a server and a command that hangs, as a test has them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { openmcf, temporaryFolder } from "../support/cli.ts";
import { webhookManifest } from "../support/manifests.ts";
import { serve } from "../support/sandbox.ts";

test("hangs", { timeout: 0 }, async () => {
  const cwd = temporaryFolder({ "m.yaml": webhookManifest("s") });
  await serve(cwd, ["--fault", "hang"]);
  const running = openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd });
  writeFileSync(join(process.env["REPORT_TO"] ?? "", "worker"), String(process.pid));
  await running;
  await new Promise(() => {});
});
