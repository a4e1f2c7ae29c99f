#!/usr/bin/env node
// Stands in for the Pulumi CLI where there is none: the embedded engine behind the CLI's own arguments and protocols, as
// a process of its own.
import { embeddedPulumiCommand } from "../../dist/lib/pkg/automation.js";

try {
  const { stdout } = await embeddedPulumiCommand().run(process.argv.slice(2), process.cwd(), {}, undefined, undefined);
  process.stdout.write(stdout);
} catch (error) {
  process.stderr.write(/stderr: ([\s\S]*)/.exec(String(error.message))?.[1] ?? String(error));
  process.exitCode = 255;
}
