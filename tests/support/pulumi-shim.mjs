#!/usr/bin/env node
// Stands in for the Pulumi CLI where there is none: the embedded engine behind the CLI's own arguments and protocols, as
// a process of its own. `s3://NAME` is a folder of that name below $SHIM_BUCKETS.
import { enableCompileCache } from "node:module";

// A test calls it dozens of times.
enableCompileCache();
const { embeddedPulumiCommand } = await import("../../dist/lib/automation.js");

const [, bucket] = /^s3:\/\/(.+)$/.exec(process.env.PULUMI_BACKEND_URL ?? "") ?? [];
const options = bucket ? { backend: `file://${process.env.SHIM_BUCKETS}/${bucket}` } : {};
try {
  const { stdout } = await embeddedPulumiCommand(options).run(
    process.argv.slice(2),
    process.cwd(),
    {},
    undefined,
    undefined,
  );
  process.stdout.write(stdout);
} catch (error) {
  process.stderr.write(/stderr: ([\s\S]*)/.exec(String(error.message))?.[1] ?? String(error));
  process.exitCode = 255;
}
