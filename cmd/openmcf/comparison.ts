import type { Tenant, Verb } from "../../pkg/deploy/index.ts";
import { isInvalidInput } from "../../pkg/diagnostics/index.ts";
import type { RunFlags } from "./flags.ts";
import type { Workspace } from "./workspace.ts";

/** How a run compares with the live side. */
export interface Comparison {
  /** Read what is managed first. */
  refresh: boolean;
  /** A plan: what takes credentials that are not there is left out. */
  mayLackCredentials: boolean;
  /** Why it is not compared, or not in full, where that is known beforehand. */
  notCompared?: string;
}

/**
 * `plan` and `apply` compare with the live side unless `--no-refresh` is given. A plan does so as far as there are
 * credentials; with `--refresh`, it needs them.
 */
export async function comparisonOf(
  verb: Verb,
  { refresh }: RunFlags,
  workspace: Workspace,
  tenants: Iterable<Tenant>,
): Promise<Comparison> {
  if (verb !== "plan") return { refresh: refresh ?? verb === "apply", mayLackCredentials: false };
  if (refresh === false) return { refresh, mayLackCredentials: true, notCompared: "--no-refresh" };
  if (refresh) return { refresh, mayLackCredentials: false };
  const missing = await missingCredentials(workspace, tenants);
  if (missing === undefined) return { refresh: true, mayLackCredentials: true };
  // The Pulumi CLI reads everything or nothing; the embedded engine reads what it can.
  return { refresh: workspace.folder !== undefined, mayLackCredentials: true, notCompared: missing };
}

async function missingCredentials(workspace: Workspace, tenants: Iterable<Tenant>): Promise<string | undefined> {
  for (const tenant of new Set(tenants)) {
    try {
      await workspace.auth0Credentials(tenant);
    } catch (error) {
      if (isInvalidInput(error)) return error.message;
      throw error;
    }
  }
  return undefined;
}
