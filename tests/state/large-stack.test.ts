import { expect, test } from "vitest";
import { formatStateFile } from "../../pkg/state/checkpoint-file.ts";
import { StackSecrets, encodeDeployment, ownSalt } from "../../pkg/state/index.ts";
import type { ResourceState } from "../../pkg/state/index.ts";

test("an operation that writes a large stack after each step encodes each record once", async () => {
  let reads = 0;
  const resources = Array.from({ length: 1000 }, (_, at): ResourceState => {
    const inputs = { name: `rule-${at}` };
    return {
      urn: `urn:pulumi:dev::p::test:index:Rule::${at}`,
      type: "test:index:Rule",
      custom: true,
      get inputs() {
        reads += 1;
        return inputs;
      },
    };
  });
  const secrets = new StackSecrets(() => "correct-horse", ownSalt, undefined);
  const write = async (count: number): Promise<string> => {
    const snapshot = { resources: resources.slice(0, count), pending: [] };
    return formatStateFile({ project: "p", stack: "dev" }, await encodeDeployment(snapshot, secrets, new Date(0)));
  };
  await write(1);
  const readsOfOne = reads;
  for (let count = 2; count <= resources.length; count += 1) await write(count);
  expect(reads).toBe(readsOfOne * resources.length);
  const { checkpoint } = JSON.parse(await write(3)) as { checkpoint: unknown };
  expect(checkpoint).toEqual({
    stack: "organization/p/dev",
    latest: {
      manifest: { time: "1970-01-01T00:00:00.000Z", magic: "", version: "" },
      resources: resources.slice(0, 3).map(({ urn, type, custom, inputs }) => ({ urn, type, custom, inputs })),
      metadata: {},
    },
  });
});
