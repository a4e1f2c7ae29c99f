// dist/lib/index.js: what `import … from "auth0-streams"` gives, the component classes.
//
// Pulumi's plugin host (PulumiPlugin.yaml) requires the package's folder itself, and so this file by `main`. To it the
// package is the component provider: it must not see classes, or it would analyse their sources.
"use strict";

const isPluginHost = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run-plugin[\\/]run\.js$/.test(module.parent?.filename ?? "");

try {
  if (isPluginHost) module.exports = require("./plugin.js");
  else module.exports = require("./components.js");
} catch (error) {
  if (error?.code !== "MODULE_NOT_FOUND" || !error.message.includes("'@pulumi/")) throw error;
  throw new Error(
    "auth0-streams: a Pulumi program needs these packages beside it: npm install @pulumi/pulumi @pulumi/auth0 @pulumi/aws",
    { cause: error },
  );
}
