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

test.each(["plan --nope", "plan", "plan -f manifests/invalid/unknown-field.yaml --sandbox"])(
  "openmcf %s fails in the format that was asked for",
  async (command) => {
    const cwd = folderWithExamples();
    const run = (format: string) => openmcf([...command.split(" "), "-o", format], { cwd });
    const [json, yaml, markdown] = [await run("json"), await run("yaml"), await run("markdown")];
    expect([json.code, yaml.code, markdown.code]).toEqual([3, 3, 3]);
    expect(JSON.parse(json.stdout)).toEqual({ diagnostics: [expect.objectContaining({ severity: "error" })] });
    expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
    expect(markdown.stdout).toMatch(/^### Nothing was done: 1 error\n\n```text\nerror\[/);
  },
);
