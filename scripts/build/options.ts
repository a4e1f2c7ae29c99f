// What the bundles have in common.
import { resolve } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";

/** The oldest Node that the package runs on; `engines` in package.json says the same. */
const TARGET = "node22.15";

/** yaml's ES modules: what is not used is left out, and the rest starts faster than CommonJS in wrappers. */
export const smallYaml: Plugin = {
  name: "small-yaml",
  setup(bundler) {
    bundler.onResolve({ filter: /^yaml$/ }, () => ({ path: resolve("node_modules/yaml/browser/dist/index.js") }));
  },
};

export const common: BuildOptions = {
  bundle: true,
  platform: "node",
  // ES modules where there are any: what is not used of the AWS SDK is left out.
  mainFields: ["module", "main"],
  target: TARGET,
  logLevel: "warning",
};

/** Options of a bundle that is an ES module. */
export const esModule: BuildOptions = {
  ...common,
  format: "esm",
  // Bundled CommonJS asks for node's own modules by require, which ES modules do not have.
  banner: {
    js: 'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);',
  },
};
