// Property values as they travel between the Pulumi SDK, the engine, the state file and the drivers.
// The in-memory form IS the wire form: plain JSON, with `{[SIG]: SECRET_SIG, value}` around a secret
// and a sentinel string for what is not known yet; beside them the form of a tenant's domain. Pure functions on data;
// imports nothing of ours.
export { SIG, SECRET_SIG, UNKNOWN, isSecret, isUnknown, secret } from "./wire.ts";
export type { PropertyMap, PropertyValue } from "./wire.ts";
export { SECRET_TEXT, copySecretness, hideSecrets, maskSecrets, stripSecrets } from "./secrets.ts";
export { scrub, secretTexts } from "./scrub.ts";
export { formatPath, getPath, matchingPaths, parsePath, pathMatches, setPath } from "./path.ts";
export { diffValues, equalValues } from "./diff.ts";
export type { PropertyDiff } from "./diff.ts";
export { DOMAIN, domainOf } from "./domain.ts";
