import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { LABELS, STACK_NAME } from "../kinds/index.ts";
import type { Kind, Metadata } from "../kinds/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";

/** The Pulumi stack that a manifest is deployed to. File backends have one organization, `organization`. */
export interface StackIdentity {
  organization: string;
  project: string;
  stack: string;
}

const DEFAULT_PROJECT = "auth0-streams";

/** The stack of a manifest: from its labels, else project `auth0-streams` and stack `<env|default>.<Kind>.<name>`. */
export function stackOf(
  kind: Kind,
  metadata: Metadata,
  document: LocatedDocument,
): { stack?: StackIdentity; diagnostics: Diagnostic[] } {
  const labels = metadata.labels ?? {};
  const diagnostics: Diagnostic[] = [];
  const fail = (label: string, message: string, hint: string): void => {
    const path = ["metadata", "labels", label];
    diagnostics.push(
      diagnostic("incomplete-stack-labels", message, {
        path: `metadata.labels["${label}"]`,
        hint,
        ...locate(document, path),
      }),
    );
  };
  const stack: StackIdentity = {
    organization: "organization",
    project: DEFAULT_PROJECT,
    stack: `${metadata.env ?? "default"}.${kind.kind}.${metadata.name}`,
  };
  const fqdn = labels[LABELS.fqdn];
  const parts = [LABELS.organization, LABELS.project, LABELS.stackName] as const;
  const given = parts.filter((label) => labels[label]);
  if (fqdn !== undefined) {
    const [organization, project, name, ...rest] = fqdn.split("/");
    if (!organization || !project || !name || rest.length > 0) {
      fail(
        LABELS.fqdn,
        `"${fqdn}" is not organization/project/stack`,
        "for example my-org/my-project/dev.Auth0EventStream.logins",
      );
    } else Object.assign(stack, { organization, project, stack: name });
  } else if (given.length === parts.length) {
    stack.organization = labels[LABELS.organization] ?? "";
    stack.project = labels[LABELS.project] ?? "";
    stack.stack = labels[LABELS.stackName] ?? "";
  } else if (given.length > 0) {
    const missing = parts.filter((label) => !labels[label]);
    fail(
      given[0] ?? "",
      `the stack labels lack ${missing.join(" and ")}`,
      "give all three, or none for the default stack",
    );
  }
  const wrong = [stack.project, stack.stack].find((part) => !STACK_NAME.test(part));
  if (diagnostics.length === 0 && wrong !== undefined) {
    const path = given.length > 0 || fqdn ? ["metadata", "labels"] : ["metadata", "name"];
    diagnostics.push(
      diagnostic(
        "invalid-value",
        `"${wrong}" cannot name a Pulumi stack or project: letters, digits, "-", "_" and "." only, up to 100`,
        {
          path: path.join("."),
          hint: `name the stack with the labels ${parts.join(", ")}`,
          ...locate(document, path),
        },
      ),
    );
  }
  return diagnostics.length > 0 ? { diagnostics } : { stack, diagnostics };
}
