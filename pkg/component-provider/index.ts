// The components as a Pulumi package, for programs in any language: the schema that SDKs are generated from, and the
// provider that makes the components when a program asks for them.
export { ComponentPackage } from "./component-package.ts";
export { packageSchema } from "./package-schema.ts";
