import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { livenessOf, thisProcess } from "../../pkg/processes/index.ts";
import type { ProcessIdentity } from "../../pkg/processes/index.ts";
import { judge } from "../../pkg/processes/liveness.ts";
import type { Observer } from "../../pkg/processes/liveness.ts";

const linux: ProcessIdentity = {
  pid: 14,
  hostname: "build",
  platform: "linux",
  bootId: "boot-1",
  pidNamespace: "pid:[1]",
  startTime: "100",
};
const mac: ProcessIdentity = { pid: 14, hostname: "laptop", platform: "darwin" };

/** What a process sees: itself, and which start time each living pid has. */
function seenBy(self: ProcessIdentity, living: Record<number, string> = {}, isLocal = true): Observer {
  return {
    self,
    exists: (pid) => pid in living,
    startTimeOf: (pid) => (self.platform === "linux" ? living[pid] : undefined),
    isLocalFileSystem: () => isLocal,
  };
}

describe("whether the process behind a record still runs", () => {
  const other = { ...linux, pid: 20, startTime: "500" };
  test.each([
    ["it runs", linux, seenBy(other, { 14: "100" }), "alive"],
    ["its pid is gone", linux, seenBy(other), "dead"],
    ["its pid belongs to a later process", linux, seenBy(other, { 14: "480" }), "dead"],
    [
      "its pid belongs to the asking process itself",
      linux,
      seenBy({ ...linux, startTime: "500" }, { 14: "500" }),
      "dead",
    ],
    ["it is the asking process", linux, seenBy(linux, { 14: "100" }), "alive"],
    [
      "it runs, and /proc does not show it",
      linux,
      { ...seenBy(other, { 14: "" }), startTimeOf: () => undefined },
      "alive",
    ],
    ["another container, no such pid here", linux, seenBy({ ...other, pidNamespace: "pid:[2]" }), "unknown"],
    [
      "another container, such a pid here",
      linux,
      seenBy({ ...other, pidNamespace: "pid:[2]" }, { 14: "9" }),
      "unknown",
    ],
    [
      "before a reboot, on a disk of this machine",
      linux,
      seenBy({ ...other, bootId: "boot-2" }, { 14: "100" }),
      "dead",
    ],
    ["another boot, on a shared disk", linux, seenBy({ ...other, bootId: "boot-2" }, {}, false), "unknown"],
    ["a twin of this machine, resumed from one memory image", linux, seenBy({ ...other, hostname: "twin" }), "unknown"],
    ["a record of another tool", { pid: 14, hostname: "build" }, seenBy(other), "unknown"],
    ["Linux without /proc", { ...mac, platform: "linux" }, seenBy({ ...mac, platform: "linux" }), "unknown"],
    ["macOS, its pid is gone", mac, seenBy({ ...mac, pid: 20 }), "dead"],
    ["macOS, a process has its pid", mac, seenBy({ ...mac, pid: 20 }, { 14: "" }), "alive"],
    ["macOS, another machine", mac, seenBy({ ...mac, hostname: "studio" }), "unknown"],
    ["a container on a Mac, seen from the Mac", linux, seenBy(mac), "unknown"],
    ["a Mac, seen from a container on it", mac, seenBy(linux), "unknown"],
    ...[0, -1, 1.5, Number.NaN].map((pid) => [`pid ${pid}`, { ...linux, pid }, seenBy(other), "unknown"] as const),
  ] as const)("%s", (_, holder, observer, expected) => {
    expect(judge(holder, observer)).toBe(expected);
  });

  test("asked of real processes: this one, its parent, one that has ended", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "close");
    const self = thisProcess();
    expect(livenessOf(self, tmpdir())).toBe("alive");
    expect(livenessOf({ ...self, pid: child.pid ?? 0 }, tmpdir())).toBe("dead");
    expect(livenessOf({ pid: self.pid, hostname: self.hostname }, tmpdir())).toBe("unknown");
  });

  test.runIf(process.platform === "linux")("on Linux a reused pid is recognised by the start time", () => {
    const self = thisProcess();
    expect(self.startTime).toMatch(/^\d+$/);
    expect(livenessOf({ ...self, startTime: "1" }, tmpdir())).toBe("dead");
    expect(livenessOf({ ...self, pid: process.ppid, startTime: "1" }, tmpdir())).toBe("dead");
  });

  // Whether this machine lets a test make a namespace is not ours to say.
  const inNamespace = (script: string): ReturnType<typeof spawnSync> =>
    spawnSync("unshare", ["-pf", "--mount-proc", process.execPath, "--input-type=module", "-e", script], {
      encoding: "utf8",
    });
  test.runIf(inNamespace("").status === 0)("nothing is known of a process in another pid namespace", () => {
    const module = new URL("../../pkg/processes/index.ts", import.meta.url).href;
    const script = `import { livenessOf } from ${JSON.stringify(module)};
      console.log(livenessOf(${JSON.stringify(thisProcess())}, ${JSON.stringify(tmpdir())}));`;
    expect(inNamespace(script).stdout).toBe("unknown\n");
  });
});
