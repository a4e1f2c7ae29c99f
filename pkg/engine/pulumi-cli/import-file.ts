import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { InvalidInput, diagnostic } from "../../diagnostics/index.ts";
import type { ImportedResource } from "../engine.ts";
import { inStateAlready } from "../import-problems.ts";
import { STACK_TYPE, parseUrn } from "../urn.ts";

/** What `pulumi import --file` is given. */
interface ImportFile {
  resources: ImportedResource[];
  nameTable: Record<string, string>;
}

/**
 * The import of a live resource under the URN that the program gives it: with its components, which are not in the state
 * yet, and its provider.
 * @param planned steps of a preview of the program.
 * @throws InvalidInput unless the program makes exactly one resource of that type.
 */
export function importFile(planned: readonly StepEventMetadata[], type: string, id: string): ImportFile {
  const byUrn = new Map(planned.map((step) => [step.urn, step]));
  const wanted = planned.filter((step) => step.type === type);
  const [step] = wanted;
  if (!step || wanted.length > 1)
    throw refused(
      "not-found",
      `the program makes ${wanted.length} resources of type ${type}; exactly one can be imported`,
    );
  if (step.op !== "create") throw new InvalidInput(inStateAlready(parseUrn(step.urn).name, step.old?.id));
  const resources: ImportedResource[] = [];
  const nameTable: Record<string, string> = {};
  /** The name by which others of the file refer to a component. */
  const nameFor = (urn: string): string | undefined => {
    const found = byUrn.get(urn);
    if (urn === "" || !found || found.type === STACK_TYPE) return undefined;
    const isNew = found.op === "create";
    const parent = isNew ? nameFor(found.new?.parent ?? "") : undefined;
    const name = `component${resources.length + Object.keys(nameTable).length}`;
    const place = { name, logicalName: parseUrn(urn).name, ...(parent ? { parent } : {}) };
    if (isNew) resources.push({ type: found.type, component: true, ...place });
    else nameTable[name] = urn;
    return name;
  };
  const parent = nameFor(step.new?.parent ?? "");
  const place = { name: "imported", logicalName: parseUrn(step.urn).name, ...(parent ? { parent } : {}) };
  resources.push({ type, id, ...place, ...providerOf(step, byUrn, nameTable) });
  return { resources, nameTable };
}

function providerOf(
  { new: now }: StepEventMetadata,
  byUrn: ReadonlyMap<string, StepEventMetadata>,
  nameTable: Record<string, string>,
): Pick<ImportedResource, "provider" | "version"> {
  const reference = now?.provider ?? "";
  const [, underscored] = /::default_(\d+_\d+_\d+\w*)::[^:]*$/.exec(reference) ?? [];
  // The SDK's own version, so that the program finds the same default provider.
  if (underscored !== undefined) return { version: underscored.replaceAll("_", ".") };
  const urn = reference.slice(0, reference.lastIndexOf("::"));
  if (urn === "" || urn.endsWith("::default")) return {};
  if (byUrn.get(urn)?.op === "create")
    throw refused(
      "operation-failed",
      "the Pulumi CLI imports with a provider that is in the state already, and this stack has none yet",
      "give the credentials by AUTH0_DOMAIN and the like instead of --provider-config",
    );
  nameTable["provider"] = urn;
  return { provider: "provider" };
}

function refused(code: "not-found" | "operation-failed", message: string, hint?: string): InvalidInput {
  return new InvalidInput(diagnostic(code, message, hint ? { hint } : {}));
}
