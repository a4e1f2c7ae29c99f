// The CLI: one bundle in split chunks, so that a command loads only what it needs. The Pulumi SDK is bundled without what
// serves only closure serialisation and dynamic providers, which the program does not use; importing it whole costs a
// process 160 ms more (docs/performance.md).
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";
import type { Plugin } from "esbuild";
import { esModule, smallYaml } from "./options.ts";

/** Modules of the SDK, and packages only they use, that our program never reaches. */
const UNUSED = [
  /^(typescript|@npmcli\/arborist|source-map-support(\/.*)?|execa|js-yaml|@grpc\/proto-loader|protobufjs)$/,
  /(^|\/)typescript-shim(\.js)?$/,
  /\/closure\/(package|parseFunction|rewriteSuper|v8\w*|createClosure|serializeClosure|codePaths)(\.js)?$/,
  /^\.\.?\/(automation|provider|dynamic)(\/index)?$/,
];

/**
 * For reports of leaked promises the SDK follows every promise with a stack trace and two promises more; for source
 * positions, which the embedded engine does not store, it takes the stack of every resource. With many resources that
 * is most of the work.
 */
const UNTRACED: Readonly<Record<string, readonly [from: RegExp, to: string]>> = {
  "runtime/debuggable.js": [
    /function debuggablePromise\(p, ctx\) \{[^]*?\n\}/,
    "function debuggablePromise(p) {\n    return p;\n}",
  ],
  "pulumi/resource.js": [/Error\.stackTraceLimit = Number\.POSITIVE_INFINITY/, "Error.stackTraceLimit = 0"],
};

const withoutTraces: Plugin = {
  name: "without-traces",
  setup(bundler) {
    bundler.onLoad({ filter: /@pulumi\/pulumi\/(runtime\/debuggable|resource)\.js$/ }, ({ path }) => {
      const [, [from, to]] = Object.entries(UNTRACED).find(([end]) => path.endsWith(end)) ?? ["", [/^/, ""]];
      const text = readFileSync(path, "utf8");
      if (!from.test(text)) throw new Error(`${path} is not what it was: look at its stack traces again`);
      return { contents: text.replace(from, to), loader: "js" };
    });
  },
};

const withoutUnused: Plugin = {
  name: "without-unused",
  setup(bundler) {
    bundler.onResolve({ filter: /^@grpc\/grpc-js$/ }, () => ({ path: resolve("scripts/build/grpc-stub.cjs") }));
    // Commander loads it at once, for subcommands that are programs of their own; there are none.
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes("/commander/") ? { path, namespace: "unused" } : undefined,
    );
    bundler.onResolve({ filter: /./ }, ({ path, importer }) =>
      importer.includes("/@pulumi/") && UNUSED.some((pattern) => pattern.test(path))
        ? { path, namespace: "unused" }
        : undefined,
    );
    bundler.onLoad({ filter: /./, namespace: "unused" }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

/** To import a module of Node is to read all that it exports, and `node:fs` loads its streams for that: 4 ms. */
const builtinsAsTheyAre: Plugin = {
  name: "builtins-as-they-are",
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "builtin" } : undefined,
    );
    bundler.onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: "js",
    }));
  },
};

export async function buildCli(): Promise<void> {
  await build({
    ...esModule,
    entryPoints: { main: "cmd/openmcf/main.ts", "spool-worker": "pkg/delivery/spool/spool-worker.ts" },
    outdir: "dist/cli",
    splitting: true,
    chunkNames: "[name]-[hash]",
    plugins: [withoutTraces, withoutUnused, builtinsAsTheyAre, smallYaml],
  });
}
