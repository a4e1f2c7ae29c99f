/** Type of the resource that every stack has as its root. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
/** What types of provider resources start with. */
export const PROVIDER_PREFIX = "pulumi:providers:";

/** The parts of `urn:pulumi:<stack>::<project>::<qualified type>::<name>`. */
interface UrnParts {
  stack: string;
  project: string;
  /** Types from the root down, joined by `$`; the stack itself is left out. */
  qualifiedType: string;
  name: string;
}

/** Splits a URN. Names may contain `::`, types may not. */
export function parseUrn(urn: string): UrnParts {
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return { stack: head.replace("urn:pulumi:", ""), project, qualifiedType, name: name.join("::") };
}

/** A resource's name as messages call it. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Builds the URN of a resource below `parent` (a URN; empty for the root). */
export function buildUrn({
  stack,
  project,
  type,
  name,
  parent,
}: {
  stack: string;
  project: string;
  type: string;
  name: string;
  parent: string;
}): string {
  const parentType = parent === "" ? STACK_TYPE : parseUrn(parent).qualifiedType;
  const qualified = parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** A pattern of a URN, in which `*` matches anything, as a test. */
export function urnMatcher(patterns: readonly string[]): (urn: string) => boolean {
  const tests = patterns.map((pattern) => {
    const body = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${body.join(".*")}$`);
  });
  return (urn) => tests.some((test) => test.test(urn));
}
