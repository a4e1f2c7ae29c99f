import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type * as z from "zod/mini";
import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { childOf, fieldKeys, fieldOf, findKind, isFreeForm } from "../kinds/index.ts";
import { UNKNOWN, formatPath, getPath, parsePath, setPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import type { Manifest } from "./manifest.ts";

/** A field that takes its value from another manifest's `status.outputs`. */
export interface ManifestReference {
  /** Where the value goes, from the document's root. */
  path: (string | number)[];
  kind: string;
  name: string;
  /** Steps below `status.outputs`. */
  output: (string | number)[];
}

/** How to take references to the environment and to files. */
export interface ReferenceOptions {
  env: NodeJS.ProcessEnv;
  /** `defer`: one that is absent is only a warning, for checks away from the place of deployment. */
  absent: "error" | "defer";
}

interface Resolution {
  references: ManifestReference[];
  /** Formatted paths that hold a stand-in: what a schema says of them does not count yet. */
  deferred: Set<string>;
  diagnostics: Diagnostic[];
}

/**
 * Replaces `{value}` and `{valueFrom}` by what they stand for, in place: literals, environment variables and files at
 * once; another manifest's outputs by the unknown sentinel and an entry in `references`.
 */
export function resolveReferences(
  document: LocatedDocument,
  schema: z.ZodMiniType,
  options: ReferenceOptions,
): Resolution {
  const result: Resolution = { references: [], deferred: new Set(), diagnostics: [] };
  walk(document.value, schema, []);
  return result;

  function report(path: (string | number)[], message: string, more: Partial<Diagnostic> = {}): void {
    result.diagnostics.push(
      diagnostic("unresolved-reference", message, { path: formatPath(path), ...locate(document, path), ...more }),
    );
  }

  function stand(path: (string | number)[]): void {
    setPath(document.value, path, UNKNOWN);
    result.deferred.add(formatPath(path));
  }

  function walk(value: PropertyValue | undefined, at: z.ZodMiniType, path: (string | number)[]): void {
    if (value === null || typeof value !== "object" || isFreeForm(at)) return;
    if (Array.isArray(value)) {
      const item = childOf(at, 0);
      if (item) for (const [index, child] of value.entries()) walk(child, item, [...path, index]);
      return;
    }
    if (fieldKeys(at).length === 0) {
      if (fieldOf(at).ref) scalar(value, path);
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      const field = childOf(at, key);
      if (field) walk(child, field, [...path, key]);
    }
  }

  function scalar(value: PropertyMap, path: (string | number)[]): void {
    const keys = Object.keys(value);
    const from = value["valueFrom"] ?? value["value_from"];
    if (keys.length === 1 && "value" in value) setPath(document.value, path, value["value"] ?? null);
    else if (keys.length === 1 && typeof from === "object" && from !== null && !Array.isArray(from))
      valueFrom(from, path);
    else {
      report(path, "this is neither a text nor a reference", { hint: "write the text, or {valueFrom: {env: NAME}}" });
      stand(path);
    }
  }

  function valueFrom(from: PropertyMap, path: (string | number)[]): void {
    const text = (key: string): string | undefined =>
      typeof from[key] === "string" && from[key] ? from[key] : undefined;
    const keys = Object.keys(from)
      .map((key) => (key === "field_path" ? "fieldPath" : key))
      .sort()
      .join();
    const output = text("fieldPath") ?? text("field_path");
    if (keys === "env" && text("env"))
      take(path, `environment variable ${text("env")}`, () => options.env[text("env") ?? ""]);
    else if (keys === "file" && text("file")) {
      const file = resolve(dirname(document.file), text("file") ?? "");
      take(path, `file ${text("file")}`, () => readFileSync(file, "utf8").replace(/\r?\n$/, ""));
    } else if (keys === "fieldPath,kind,name" && text("kind") && text("name") && output)
      otherManifest(text("kind") ?? "", text("name") ?? "", output, path);
    else {
      report(path, "valueFrom needs env, or file, or kind with name and fieldPath", {
        hint: "for example {valueFrom: {env: WEBHOOK_TOKEN}}",
      });
      stand(path);
    }
  }

  function take(path: (string | number)[], what: string, read: () => string | undefined): void {
    let value: string | undefined;
    try {
      value = read();
    } catch {
      value = undefined;
    }
    if (value) {
      setPath(document.value, path, value);
      return;
    }
    const severity = options.absent === "error" ? "error" : "warning";
    const message = `${what} is ${value === "" ? "empty" : "not set"}`;
    report(path, message, {
      severity,
      hint: severity === "error" ? "set it and try again" : "apply will refuse until it is set",
    });
    stand(path);
  }

  function otherManifest(kindName: string, name: string, output: string, path: (string | number)[]): void {
    const kind = findKind(kindName);
    let steps: (string | number)[] = [];
    try {
      steps = parsePath(output);
    } catch {
      steps = [];
    }
    const [status, outputs, ...rest] = steps;
    if (!kind) report(path, `there is no kind "${kindName}"`);
    else if (status !== "status" || outputs !== "outputs" || rest.length === 0) {
      report(path, `fieldPath "${output}" does not start with status.outputs.`, {
        hint: "for example status.outputs.id",
      });
    } else if (!(String(rest[0]) in kind.outputs)) {
      report(path, `${kind.kind} has no output "${rest[0]}"`, {
        hint: `it has ${Object.keys(kind.outputs).join(", ")}`,
      });
    } else result.references.push({ path, kind: kind.kind, name, output: rest });
    stand(path);
  }
}

/** How a manifest is named among others: `Kind/name`. */
export function manifestKey(manifest: {
  kind: string | { kind: string };
  name?: string;
  metadata?: { name: string };
}): string {
  const kind = typeof manifest.kind === "string" ? manifest.kind : manifest.kind.kind;
  return `${kind}/${manifest.name ?? manifest.metadata?.name ?? ""}`;
}

/**
 * The manifests each one waits for. Only manifests of the same command are waited for; a reference to another one
 * reads the outputs of its stack.
 */
export function orderByReferences(manifests: readonly Manifest[]): {
  waitsFor: Map<Manifest, Manifest[]>;
  diagnostics: Diagnostic[];
} {
  const byKey = Map.groupBy(manifests, (manifest) => manifestKey(manifest));
  const waitsFor = new Map<Manifest, Manifest[]>();
  for (const manifest of manifests) {
    const others = manifest.references
      .map((reference) => referredTo(manifest, byKey.get(manifestKey(reference)) ?? []))
      .filter((other) => other !== undefined);
    waitsFor.set(manifest, [...new Set(others)]);
  }
  const diagnostics: Diagnostic[] = [];
  const done = new Set<Manifest>();
  const visit = (manifest: Manifest, trail: Manifest[]): void => {
    if (done.has(manifest)) return;
    if (trail.includes(manifest)) {
      const circle = [...trail.slice(trail.indexOf(manifest)), manifest].map((each) => manifestKey(each)).join(" → ");
      const place = locate(manifest.document, manifest.references[0]?.path ?? []);
      diagnostics.push(diagnostic("reference-cycle", `these manifests wait for each other: ${circle}`, place));
      return;
    }
    for (const other of waitsFor.get(manifest) ?? []) visit(other, [...trail, manifest]);
    done.add(manifest);
  };
  for (const manifest of manifests) visit(manifest, []);
  return { waitsFor, diagnostics };
}

/** Of manifests of one kind and name (they are for several tenants), the one that a manifest means: of its own tenant. */
function referredTo({ tenant }: Manifest, candidates: readonly Manifest[]): Manifest | undefined {
  const [first, ...more] = candidates;
  return more.length === 0 ? first : candidates.find((other) => other.tenant?.domain === tenant?.domain);
}

/**
 * The spec with every reference to another manifest filled in.
 * @param lookup outputs of a manifest's stack; `undefined` when it has none, the unknown sentinel inside when not known yet.
 */
export function withReferences(
  manifest: Manifest,
  lookup: (reference: ManifestReference) => PropertyMap | undefined,
): { spec: unknown; diagnostics: Diagnostic[] } {
  if (manifest.references.length === 0) return { spec: manifest.spec, diagnostics: [] };
  const root = { spec: structuredClone(manifest.spec) as PropertyMap };
  const diagnostics: Diagnostic[] = [];
  for (const reference of manifest.references) {
    const outputs = lookup(reference);
    const value = outputs && getPath(outputs, reference.output);
    const name = `status.outputs.${formatPath(reference.output)} of ${manifestKey(reference)}`;
    const place = { path: formatPath(reference.path), ...locate(manifest.document, reference.path) };
    if (!outputs) {
      const hint = `apply ${manifestKey(reference)} first, or in the same command`;
      diagnostics.push(
        diagnostic("unresolved-reference", `${manifestKey(reference)} has no outputs yet`, { hint, ...place }),
      );
    } else if (value === null || value === undefined) {
      diagnostics.push(diagnostic("unresolved-reference", `${name} is empty`, place));
    } else setPath(root, reference.path, value);
  }
  return { spec: root.spec, diagnostics };
}
