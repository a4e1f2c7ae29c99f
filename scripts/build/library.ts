// What programs load: the library, the plugin, the program of Pulumi.yaml. The SDK is always the program's own copy; the
// rest is bundled, so that the installed package needs nothing else. The library is CommonJS, as the SDK is: both
// `import` and `require` get the same classes, also in projects that know neither ES modules nor `exports`.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Plugin } from "esbuild";
import { common, esModule, smallYaml } from "./options.ts";

const SDK = ["@pulumi/pulumi", "@pulumi/pulumi/*"];

/** Messages are made by the SDK and sent by us: both must come from the SDK's own copies of gRPC and protobuf. */
const librariesOfSdk: Plugin = {
  name: "libraries-of-sdk",
  setup(bundler) {
    bundler.onResolve({ filter: /^(@grpc\/grpc-js|google-protobuf(\/.*)?)$/ }, ({ path }) => ({
      path,
      namespace: "of-sdk",
    }));
    bundler.onLoad({ filter: /./, namespace: "of-sdk" }, ({ path }) => ({
      contents: `
        const { createRequire } = require("node:module");
        module.exports = createRequire(require.resolve("@pulumi/pulumi"))(${JSON.stringify(path)});`,
      resolveDir: process.cwd(),
    }));
  },
};

/** Bundles CommonJS files into dist/lib. @param external besides the SDK. */
async function libraryFiles(entryPoints: Record<string, string>, external: readonly string[] = []): Promise<void> {
  await build({
    ...common,
    format: "cjs",
    entryPoints,
    outdir: "dist/lib",
    external: [...SDK, ...external],
    plugins: [smallYaml, librariesOfSdk],
    define: { "import.meta.url": "importMetaUrl" },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  });
}

/** Types of the library, a file for each source. */
export async function declareTypes(): Promise<void> {
  const compiler = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"];
  await promisify(execFile)(process.execPath, compiler).catch((error: { stdout: string }) => {
    throw new Error(error.stdout);
  });
}

export async function buildLibrary(): Promise<void> {
  mkdirSync("dist/lib", { recursive: true });
  writeFileSync("dist/lib/package.json", '{ "type": "commonjs" }\n');
  copyFileSync("pkg/entry/library.cjs", "dist/lib/index.js");
  // A program's resources are of the provider packages that it has itself.
  await libraryFiles({ components: "pkg/entry/index.ts" }, ["@pulumi/auth0/*", "@pulumi/aws/*"]);
  await libraryFiles({
    automation: "pkg/entry/automation.ts",
    "pulumi-cli-engine": "pkg/entry/pulumi-cli-engine.ts",
    plugin: "cmd/plugin/main.ts",
  });
}

/** The program of Pulumi.yaml. */
export async function buildProgram(): Promise<void> {
  await build({
    ...esModule,
    entryPoints: { program: "cmd/program/main.ts" },
    outdir: "dist",
    external: SDK,
    plugins: [smallYaml],
  });
}
