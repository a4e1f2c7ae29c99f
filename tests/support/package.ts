import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { temporaryFolder } from "./cli.ts";

/** Installs the tarball that would be published into a project. @returns the folder of the installed package. */
export function installPackage(project: string): string {
  const checkout = temporaryFolder();
  const { files, version } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[]; version: string };
  for (const file of ["package.json", "README.md", "LICENSE", "scripts", ...files])
    cpSync(file, join(checkout, file), { recursive: true });
  // As prepack does, without building again under the other tests.
  execFileSync(process.execPath, ["scripts/pack.ts", "publish"], { cwd: checkout });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["pack", "--ignore-scripts", "--silent"], {
    cwd: checkout,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  const installed = join(project, "node_modules/auth0-streams");
  mkdirSync(installed, { recursive: true });
  const tarball = join(checkout, `auth0-streams-${version}.tgz`);
  execFileSync("tar", ["xzf", tarball, "--strip-components=1", "-C", installed]);
  return installed;
}

/** Makes packages of the checkout ones of a project. */
export function linkPackages(project: string, ...names: string[]): void {
  for (const name of names) {
    const path = join(project, "node_modules", name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(resolve("node_modules", name), path, "junction");
  }
}
