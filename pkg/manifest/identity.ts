import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { LABELS, STACK_NAME } from "../kinds/index.ts";
import type { Kind, Metadata } from "../kinds/index.ts";
import { formatPath } from "../values/index.ts";
import { nearestLabel } from "./check-labels.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { showAt } from "./hidden-values.ts";

/** The Pulumi stack that a manifest is deployed to. File backends have one organization, `organization`. */
export interface StackIdentity {
  organization: string;
  project: string;
  stack: string;
}

const DEFAULT_PROJECT = "auth0-streams";

/** The labels that name a stack together. */
const PARTS = [LABELS.organization, LABELS.project, LABELS.stackName] as const;

type Named = { stack: StackIdentity } | { problem: Diagnostic };

/** The stack of a manifest: from its labels, else project `auth0-streams` and stack `<env|default>.<Kind>.<name>`. */
export function stackOf(
  kind: Kind,
  metadata: Metadata,
  document: LocatedDocument,
): { stack?: StackIdentity; diagnostics: Diagnostic[] } {
  const labels = metadata.labels ?? {};
  const named = fromFqdn(labels, document) ?? fromParts(labels, document);
  if (named && "problem" in named) return { diagnostics: [named.problem] };
  const stack = named?.stack ?? {
    organization: "organization",
    project: DEFAULT_PROJECT,
    stack: `${metadata.env ?? "default"}.${kind.kind}.${metadata.name}`,
  };
  const wrong = [stack.project, stack.stack].find((part) => !STACK_NAME.test(part));
  if (wrong === undefined) return { stack, diagnostics: [] };
  return { diagnostics: [wrongName(document, wrong, named !== undefined)] };
}

function fromFqdn(labels: Record<string, string>, document: LocatedDocument): Named | undefined {
  const fqdn = labels[LABELS.fqdn];
  if (fqdn === undefined) return undefined;
  const [organization, project, stack, ...rest] = fqdn.split("/");
  if (organization && project && stack && rest.length === 0) return { stack: { organization, project, stack } };
  const hint = "for example my-org/my-project/dev.Auth0EventStream.logins";
  return {
    problem: incomplete(
      document,
      LABELS.fqdn,
      `${showAt(document, ["metadata", "labels", LABELS.fqdn])} is not organization/project/stack`,
      hint,
    ),
  };
}

function fromParts(labels: Record<string, string>, document: LocatedDocument): Named | undefined {
  const [organization, project, stack] = PARTS.map((label) => labels[label]);
  if (organization && project && stack) return { stack: { organization, project, stack } };
  const [given] = PARTS.filter((label) => labels[label]);
  if (given === undefined) return undefined;
  const missing = PARTS.filter((label) => !labels[label]);
  const misspelt = Object.keys(labels).find((label) => missing.some((part) => nearestLabel(label) === part));
  const hint = misspelt
    ? `did you mean "${nearestLabel(misspelt)}" by "${misspelt}"?`
    : "give all three, or none for the default stack";
  return { problem: incomplete(document, given, `the stack labels lack ${missing.join(" and ")}`, hint) };
}

function incomplete(document: LocatedDocument, label: string, message: string, hint: string): Diagnostic {
  const path = ["metadata", "labels", label];
  return diagnostic("incomplete-stack-labels", message, { path: formatPath(path), hint, ...locate(document, path) });
}

function wrongName(document: LocatedDocument, name: string, isLabelled: boolean): Diagnostic {
  const path = isLabelled ? ["metadata", "labels"] : ["metadata", "name"];
  // A name over several lines has swallowed what is below it, which may be a secret.
  const shown = /\s/.test(name) ? "a text with white space" : `"${name}"`;
  const message = `${shown} cannot name a Pulumi stack or project: letters, digits, "-", "_" and "." only, up to 100`;
  const hint = `name the stack with the labels ${PARTS.join(", ")}`;
  return diagnostic("invalid-value", message, { path: formatPath(path), hint, ...locate(document, path) });
}
