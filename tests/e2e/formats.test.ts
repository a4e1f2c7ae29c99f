import { expect, test } from "vitest";
import { parse } from "yaml";
import { folderWithExamples, openmcf } from "../support/cli.ts";

const FILE = "manifests/user-events-to-aws.yaml";

test.each([
  `apply -f ${FILE} --sandbox`,
  `plan -f ${FILE} --sandbox`,
  `outputs -f ${FILE} --sandbox`,
  `validate -f ${FILE}`,
  `load -f ${FILE}`,
  `doctor -f ${FILE} --sandbox`,
])("%s says the same in YAML and in JSON", async (command) => {
  const cwd = folderWithExamples();
  await openmcf(["apply", "-f", FILE, "--sandbox"], { cwd });
  const [yaml, json] = [
    await openmcf([...command.split(" "), "-o", "yaml"], { cwd }),
    await openmcf([...command.split(" "), "-o", "json"], { cwd }),
  ];
  expect([yaml.code, json.code]).toEqual([0, 0]);
  // Absent and undefined are one in JSON; YAML leaves both out as well.
  expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
});
