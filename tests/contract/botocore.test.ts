import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../support/cli.ts";

/** A Python that has boto3: `BOTO_PYTHON`, or the usual one. */
const python = process.env["BOTO_PYTHON"] ?? "python3";
const hasBoto = spawnSync(python, ["-c", "import boto3"]).status === 0;

test.skipIf(!hasBoto)(
  "every operation answers as botocore's models say, and AWS's own client reads it [skipped without boto3: set BOTO_PYTHON]",
  async () => {
    const sandbox = openSandbox(temporaryFolder());
    const endpoint = await sandbox.awsEndpoint();
    const { stdout } = await promisify(execFile)(python, ["tests/support/botocore-shapes.py", endpoint]);
    await sandbox.close();
    const { operations, faults } = JSON.parse(stdout) as { operations: string[]; faults: string[] };
    expect(faults).toEqual([]);
    expect(operations.length).toBeGreaterThan(100);
  },
);
