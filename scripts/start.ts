// The main job on the sandbox, as a new user would type it: apply a manifest, look at its outputs, make events happen,
// see them arrive. Everything lands in ./.sandbox; nothing leaves this machine.
import { spawnSync } from "node:child_process";

const MANIFEST = "manifests/user-lifecycle.yaml";
/** The same with the AWS half: bus, rules, targets, archive. */
const TO_AWS = "manifests/eventbridge-rules.yaml";

const COMMANDS = [
  ["apply", "-f", MANIFEST, "--sandbox"],
  ["outputs", "-f", MANIFEST, "--sandbox", "-o", "json"],
  ["apply", "-f", TO_AWS, "--sandbox"],
  ["sandbox", "emit", "user.created", "--count", "3"],
  ["sandbox", "status"],
];

for (const command of COMMANDS) {
  process.stdout.write(`\n$ openmcf ${command.join(" ")}\n`);
  const { status } = spawnSync(process.execPath, ["dist/cli/main.js", ...command], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
process.stdout.write(`
That was the main job. Next:
  edit ${MANIFEST}, then   npx openmcf plan -f ${MANIFEST} --sandbox
  break it, then           npx openmcf validate -f ${MANIFEST}
  and to clean up          npx openmcf destroy -f ${MANIFEST} -f ${TO_AWS} --sandbox
`);
