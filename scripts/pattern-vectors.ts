// Development only. Writes tests/aws/event-pattern/vectors.json: patterns and events are made here; what is expected of
// them comes from the library that EventBridge itself runs. `--check COUNT SEED` compares random ones with this project's
// matcher instead, and writes nothing. Needs a JDK and Maven; nothing else does.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { InvalidEventPattern, compileEventPatternText, parseJsonText } from "../pkg/aws/event-pattern/index.ts";
import { PROBES } from "./pattern-probes.ts";
import type { Vector } from "./pattern-probes.ts";
import { WRITTEN_PROBES } from "./pattern-written-probes.ts";
import { plainVector } from "./pattern-random.ts";
import { writtenVector } from "./pattern-written-random.ts";
import { startRandom } from "./random.ts";

const ORACLE = "software.amazon.event.ruler:event-ruler:2.1.0";
const CLASSPATH = [
  ORACLE,
  "com.fasterxml.jackson.core:jackson-databind:2.21.0",
  "com.fasterxml.jackson.core:jackson-core:2.21.0",
  "com.fasterxml.jackson.core:jackson-annotations:2.21",
  "ch.randelshofer:fastdoubleparser:2.0.1",
];

const folder = mkdtempSync(join(tmpdir(), "oracle-"));
const run = (command: string, args: string[], input?: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}${stdout}`);
  return stdout;
};
for (const artifact of CLASSPATH)
  run("mvn", [
    "-q",
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
    `-Dartifact=${artifact}`,
    `-DoutputDirectory=${folder}`,
  ]);
const classpath = `${folder}/*:${folder}`;
run("javac", ["-cp", classpath, "-d", folder, resolve("scripts/PatternOracle.java")]);

const patternText = (vector: Vector): string => vector.patternText ?? JSON.stringify(vector.pattern);
const eventText = (vector: Vector): string => vector.eventText ?? JSON.stringify(vector.event);

/** What the library answers: a boolean, its words, or `null` where it breaks. */
function ask(vectors: readonly Vector[]): unknown[] {
  const input = vectors
    .map((each) => JSON.stringify({ pattern: patternText(each), event: eventText(each) }))
    .join("\n");
  const answers = run("java", ["-cp", classpath, "PatternOracle"], `${input}\n`).trim().split("\n");
  if (answers.length !== vectors.length) throw new Error(`${answers.length} answers to ${vectors.length} vectors`);
  return answers.map((answer) => {
    const parsed: unknown = JSON.parse(answer);
    // Refusals inside lists are reported with their position, all others without.
    return typeof parsed === "string" ? parsed.split("\n at [Source")[0] : parsed;
  });
}

/** What this project answers. */
function answerOf(vector: Vector): unknown {
  try {
    return compileEventPatternText(patternText(vector)).matches(parseJsonText(eventText(vector)) as object);
  } catch (error) {
    if (error instanceof InvalidEventPattern) return error.message;
    throw error;
  }
}

function check(count: number): void {
  const vectors = Array.from({ length: count }, (_, index) => (index % 3 === 0 ? plainVector() : writtenVector()));
  const answers = ask(vectors);
  const judged = vectors.filter((_, index) => answers[index] !== null).length;
  const wrong = vectors.flatMap((vector, index) => {
    const [expected, answer] = [answers[index], answerOf(vector)];
    return expected === null || expected === answer ? [] : [{ ...vector, expected, answer }];
  });
  const list = (value: unknown): number => answers.filter((answer) => answer === value).length;
  process.stdout.write(`${judged} vectors, ${list(true)} match, ${list(false)} do not, ${wrong.length} wrong\n`);
  for (const each of wrong.slice(0, 20)) process.stdout.write(`${JSON.stringify(each)}\n`);
}

function write(): void {
  startRandom(20261121);
  const plain = [...PROBES, ...Array.from({ length: 900 }, plainVector)];
  const vectors = [...plain, ...WRITTEN_PROBES, ...Array.from({ length: 400 }, writtenVector)];
  const answers = ask(vectors);
  const lines = vectors
    .map((vector, index) => ({ ...vector, expected: answers[index] }))
    .filter(({ expected }) => expected !== null)
    .map((vector) => JSON.stringify(vector));
  writeFileSync(
    "tests/aws/event-pattern/vectors.json",
    `{"oracle": "${ORACLE}", "count": ${lines.length}, "vectors": [\n${lines.join(",\n")}\n]}\n`,
  );
}

const [mode, count, number] = process.argv.slice(2);
startRandom(Number(number ?? 1));
if (mode === "--check") check(Number(count ?? 3000));
else write();
